"""What the package index shows: links that lead somewhere, and the Pythons that are tested."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


README = (ROOT / "README.md").read_text("utf-8")


def on_the_index():
    """The README as the package index has it."""
    shown = README
    for rule in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        shown = re.sub(rule["pattern"], rule["replacement"], shown)
    return shown


def test_the_links_of_the_readme_lead_to_the_repository():
    relative = re.findall(r"(?<!!)\[[^]]*\]\((?!https?://|#)([^)]*)\)", README)
    assert len(relative) > 10
    assert not re.findall(r"\]\((?!https?://|#)", on_the_index())
    source = PROJECT["project"]["urls"]["Source"]
    for link in relative:
        assert f"]({source}/blob/main/{link})" in on_the_index()
        assert (ROOT / link.partition("#")[0]).is_file()


def test_the_pictures_of_the_readme_come_from_the_repository():
    pictures = re.findall(r"!\[[^]]*\]\(([^)]*)\)", README)
    assert pictures
    repository = PROJECT["project"]["urls"]["Source"].removeprefix("https://github.com/")
    for picture in pictures:
        raw = f"https://raw.githubusercontent.com/{repository}/main/{picture}"
        assert f"]({raw})" in on_the_index()
        assert (ROOT / picture).is_file()


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
