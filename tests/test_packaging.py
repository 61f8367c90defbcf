"""What the package index shows: links that lead somewhere, and the Pythons that are tested."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_links_of_the_readme_lead_to_the_repository():
    (rule,) = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.sub(rule["pattern"], rule["replacement"], readme)
    relative = re.findall(r"\]\((?!https?://|#)([^)]*)\)", readme)
    assert len(relative) > 10
    assert not re.findall(r"\]\((?!https?://|#)", shown)
    source = PROJECT["project"]["urls"]["Source"]
    for link in relative:
        assert f"]({source}/blob/main/{link})" in shown
        assert (ROOT / link.partition("#")[0]).is_file()


def test_the_urls_are_those_of_one_repository():
    urls = PROJECT["project"]["urls"]
    assert urls.keys() >= {"Documentation", "Changelog", "Source", "Issues"}
    assert all(url.startswith(urls["Source"]) for url in urls.values())


def test_the_classifiers_begin_with_the_lowest_python():
    versions = [
        line.rpartition(" ")[2]
        for line in PROJECT["project"]["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", line)
    ]
    assert f">={versions[0]}" == PROJECT["project"]["requires-python"]
    assert versions == [f"3.{minor}" for minor in range(11, 11 + len(versions))]
