"""What stands in a folder."""


def texts(folder):
    """The bytes of every file, by its path."""
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
