"""Tests of recipes.py: a row that names too little or too much is found."""

from __future__ import annotations

import unittest

import recipes

DIFF = """Row: a thing
Reads: src/b.h
Like: src/things/new.cc src/things/

diff --git a/src/things/new.cc b/src/things/new.cc
new file mode 100644
--- /dev/null
+++ b/src/things/new.cc
@@ -0,0 +1 @@
+diff --git a/x b/y is a text
diff --git a/src/list.h b/src/list.h
--- a/src/list.h
+++ b/src/list.h
@@ -1 +1,2 @@
 a
+b
"""
ROW = "| a thing | a file in `src/things/`; its name in `src/list.h`; read `src/b.h`, `std::x` and `gyr help` |"


class RecipesTest(unittest.TestCase):
    def check(self, row: str = ROW, diff: str = DIFF) -> list[str]:
        return recipes.findings(recipes.parse("r", diff), recipes.rows(row))

    def test_a_recipe_that_agrees_with_its_row(self) -> None:
        self.assertEqual(recipes.parse("r", DIFF).changed, {"src/things/new.cc", "src/list.h"})
        self.assertEqual(self.check(), [])

    def test_a_row_that_names_too_little(self) -> None:
        self.assertIn("does not name src/list.h", "".join(self.check(ROW.replace("`src/list.h`", "a list"))))
        self.assertIn("does not name src/things/", "".join(self.check(ROW.replace("`src/things/`", "a folder"))))

    def test_a_row_that_names_too_much(self) -> None:
        self.assertIn("names src/other.cc, which is neither", "".join(self.check(ROW.replace("`std::x`", "`src/other.cc`"))))

    def test_a_row_that_is_gone(self) -> None:
        self.assertEqual(self.check("| another | `src/x` |"), ["r: where.md has no row `a thing`"])

    def test_damaged_recipes(self) -> None:
        with self.assertRaises(ValueError):
            recipes.parse("r", "Row: a thing\n")
        with self.assertRaises(ValueError):
            recipes.parse("r", "Rows: a thing\n" + DIFF)
        self.assertIn("is not changed", "".join(self.check(diff=DIFF.replace("Like: src/things/new.cc", "Like: src/things/old.cc"))))

    def test_the_recipes_of_the_repository_agree_with_where_md(self) -> None:
        named = recipes.rows(recipes.WHERE.read_text(encoding="utf-8"))
        for path in sorted(recipes.RECIPES.glob("*.diff")):
            with self.subTest(path.name):
                self.assertEqual(recipes.findings(recipes.parse(path.stem, path.read_text(encoding="utf-8")), named), [])


if __name__ == "__main__":
    unittest.main()
