"""The frame of a page: nothing foreign in it, and everything of it allowed by its hash."""

import base64
import hashlib
import html
import json
import re

from backprop_cli.page.frame import as_json, policy

HOSTILE = "<script>alert(\"1\")</script> & '$x$' </title>"


def page_of(backprop, *args):
    result = backprop("trace", *args, "--format", "html")
    assert (result.code, result.err) == (0, "")
    return result.out


def test_what_a_policy_allows_is_what_stands_on_the_page(backprop):
    text = page_of(backprop)
    told = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    rules = {rule.split()[0]: rule.split()[1:] for rule in told.split("; ")}
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        inline = re.findall(rf'<{tag}(?: data-name="[^"]*")?>(.*?)</{tag}>', text, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()) for part in inline]
        assert rules[name] == [f"'sha256-{found.decode()}'" for found in hashes]
    assert rules["default-src"] == ["'none'"]
    assert " style=" not in text, "which the policy does not allow"
    assert not re.search(r"\son\w+=", text)


def test_nothing_is_allowed_where_there_is_nothing():
    assert "script-src 'none'" in policy([], ["a {}"])


def test_everything_from_a_config_is_text(backprop):
    text = page_of(backprop, "--set", f"title={json.dumps(HOSTILE)}")
    assert f"<title>{html.escape(HOSTILE, quote=False)}" in text.replace("&#34;", '"').replace(
        "&#39;", "'"
    )
    assert "<script>alert" not in text


def test_no_mark_in_json_ends_a_script():
    data = {"title": "</script><!-- & \u2028"}
    text = as_json(data)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == data


def test_the_tutorial_network_takes_at_most_200_kilobytes(backprop):
    assert len(page_of(backprop).encode()) <= 200_000


def test_the_page_comes_up_in_a_browser_and_asks_for_nothing(backprop, opened):
    page = opened(page_of(backprop))
    assert page.evaluate("backprop.values.get('w5_new')") == 0.35891647971788465
    page.evaluate("backprop.write('i1', 0.25)")
    assert page.locator("#net_h1 mn[data-key=i1]").text_content() == "0.25"
