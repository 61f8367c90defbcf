/* The tutorial network in C, for bench/peers.py: cc -O2 -ffp-contract=off tutorial.c -lm, then
   ./a.out EPOCHS. Printed are the error of the last epoch, w5, and the seconds of the training. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double logistic(double net) { return 1.0 / (1.0 + exp(-net)); }

int main(int count, char **arguments) {
    long epochs = count > 1 ? atol(arguments[1]) : 10000;
    double i1 = 0.05, i2 = 0.10, t1 = 0.01, t2 = 0.99, eta = 0.5, b1 = 0.35, b2 = 0.60;
    double w1 = 0.15, w2 = 0.20, w3 = 0.25, w4 = 0.30, w5 = 0.40, w6 = 0.45, w7 = 0.50, w8 = 0.55;
    double error = 0.0;
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (long epoch = 0; epoch < epochs; epoch++) {
        double h1 = logistic(w1 * i1 + w2 * i2 + b1), h2 = logistic(w3 * i1 + w4 * i2 + b1);
        double o1 = logistic(w5 * h1 + w6 * h2 + b2), o2 = logistic(w7 * h1 + w8 * h2 + b2);
        double e1 = t1 - o1, e2 = t2 - o2;
        error = 0.5 * (e1 * e1) + 0.5 * (e2 * e2);
        double d1 = -e1 * (o1 * (1.0 - o1)), d2 = -e2 * (o2 * (1.0 - o2));
        double c1 = (d1 * w5 + d2 * w7) * (h1 * (1.0 - h1));
        double c2 = (d1 * w6 + d2 * w8) * (h2 * (1.0 - h2));
        w1 -= eta * (c1 * i1), w2 -= eta * (c1 * i2), w3 -= eta * (c2 * i1), w4 -= eta * (c2 * i2);
        w5 -= eta * (d1 * h1), w6 -= eta * (d1 * h2), w7 -= eta * (d2 * h1), w8 -= eta * (d2 * h2);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double seconds = ended.tv_sec - began.tv_sec + 1e-9 * (ended.tv_nsec - began.tv_nsec);
    printf("{\"outputs\": [%.17g, %.17g], \"seconds\": %.9f}\n", error, w5, seconds);
    return 0;
}
