"""What names in a program mean, by the conventions of the authors that people learn from.

`found` goes through a namespace, and `names` says what each name in it may mean: by the table
`conventions`, in the language of `words`, and by `spellings`. Begin with `conventions`, where a new
author goes. May import `working`, beside what its wing may.
"""

__all__ = ["conventions", "names", "words"]
