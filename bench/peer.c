/* One hidden layer, trained online in C, for bench/peers.py: the loop that a programmer writes.

   cc -O2 -ffp-contract=off -DIN=2 -DHIDDEN=3 -DOUT=1 peer.c -lm, and -DSOFTMAX for tanh, then
   softmax with cross-entropy in place of logistic with half the squared error. Read are epochs,
   eta and whether biases are trained, weights and biases layer by layer, then rows of inputs and
   targets; printed are the first output and the seconds of the training. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double w1[HIDDEN][IN], b1[HIDDEN], w2[OUT][HIDDEN], b2[OUT];

static double number(void) {
    double x;
    if (scanf("%lf", &x) != 1) exit(1);
    return x;
}

static void read_layer(double *weights, double *biases, int units, int below) {
    for (int n = 0; n < units * below; n++) weights[n] = number();
    for (int n = 0; n < units; n++) biases[n] = number();
}

int main(void) {
    long epochs = (long)number();
    double eta = number(), free_bias = number(), h[HIDDEN], o[OUT], d[OUT], c[HIDDEN], net[OUT];
    read_layer(&w1[0][0], b1, HIDDEN, IN);
    read_layer(&w2[0][0], b2, OUT, HIDDEN);
    int count = (int)number();
    double *rows = malloc(sizeof(double) * count * (IN + OUT));
    for (int n = 0; n < count * (IN + OUT); n++) rows[n] = number();
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (long epoch = 0; epoch < epochs; epoch++) {
        for (int row = 0; row < count; row++) {
            const double *x = rows + row * (IN + OUT), *t = x + IN;
            for (int j = 0; j < HIDDEN; j++) {
                double sum = 0.0;
                for (int i = 0; i < IN; i++) sum += w1[j][i] * x[i];
                sum += b1[j];
#ifdef SOFTMAX
                h[j] = tanh(sum);
#else
                h[j] = 1.0 / (1.0 + exp(-sum));
#endif
            }
            double largest = -INFINITY, all = 0.0;
            for (int k = 0; k < OUT; k++) {
                double sum = 0.0;
                for (int j = 0; j < HIDDEN; j++) sum += w2[k][j] * h[j];
                net[k] = sum + b2[k];
                largest = net[k] > largest ? net[k] : largest;
            }
            for (int k = 0; k < OUT; k++) {
#ifdef SOFTMAX
                o[k] = exp(net[k] - largest);
                all += o[k];
#else
                o[k] = 1.0 / (1.0 + exp(-net[k]));
                d[k] = -(t[k] - o[k]) * (o[k] * (1.0 - o[k]));
#endif
            }
#ifdef SOFTMAX
            for (int k = 0; k < OUT; k++) o[k] /= all, d[k] = o[k] - t[k];
#endif
            for (int j = 0; j < HIDDEN; j++) {
                double sum = 0.0;
                for (int k = 0; k < OUT; k++) sum += d[k] * w2[k][j];
#ifdef SOFTMAX
                c[j] = sum * (1.0 - h[j] * h[j]);
#else
                c[j] = sum * (h[j] * (1.0 - h[j]));
#endif
            }
            for (int k = 0; k < OUT; k++) {
                for (int j = 0; j < HIDDEN; j++) w2[k][j] -= eta * (d[k] * h[j]);
                b2[k] -= free_bias * eta * d[k];
            }
            for (int j = 0; j < HIDDEN; j++) {
                for (int i = 0; i < IN; i++) w1[j][i] -= eta * (c[j] * x[i]);
                b1[j] -= free_bias * eta * c[j];
            }
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double seconds = ended.tv_sec - began.tv_sec + 1e-9 * (ended.tv_nsec - began.tv_nsec);
    printf("{\"outputs\": [%.17g], \"seconds\": %.9f}\n", o[0], seconds);
    return 0;
}
