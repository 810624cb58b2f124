// What failures say: code, message, place, next step (EXPR-360 to EXPR-363); and what is swallowed
// (EXPR-86 to EXPR-88).
#include <gtest/gtest.h>

#include "expression/template.h"
#include "expression/testing_host.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;
using testing::text_of;

Outcome render(std::string_view text) { return testing::render(text, testing::context_k()); }

base::Error error_of(std::string_view text) {
  Outcome outcome = render(text);
  EXPECT_TRUE(outcome.failed()) << text << " gives " << text_of(outcome);
  return outcome.failed() ? outcome.error() : base::Error(evaluation_failed, "");
}

// EXPR-361
TEST(Errors, UndefinedNames) {
  base::Error error = error_of("x\n  {{ inputs.nmae }}");
  EXPECT_EQ(error.code(), undefined_name);
  EXPECT_EQ(error.message(), "Unable to find `nmae` used in the expression `x\n  {{ inputs.nmae }}` at line 2");
  ASSERT_NE(error.place(), nullptr);
  EXPECT_EQ(error.place()->line, 2U);
  EXPECT_EQ(error.place()->column, 13U);
  EXPECT_EQ(error.place()->length, 4U);
  EXPECT_EQ(error.hint(), "did you mean `name`? available: b, date, empty, f, hy-phen, json, list, map, n, name, nul");
}

TEST(Errors, HintsFollowWhatIsThere) {
  EXPECT_NE(error_of("{{ input.name }}").hint().find("did you mean `inputs`?"), std::string::npos);
  EXPECT_EQ(error_of("{{ zzzzzz }}").hint(),
            "available: execution, flow, inputs, labels, outputs, parents, task, taskrun, tasks, vars");
  EXPECT_NE(error_of("{% set total = 1 %}{{ totl }}").hint().find("did you mean `total`?"), std::string::npos);
  EXPECT_NE(error_of("{{ outputs.each.a.vlaue }}").hint().find("did you mean `value`?"), std::string::npos);
  EXPECT_NE(error_of("{{ 'a' | uper }}").hint().find("did you mean `upper`?"), std::string::npos);
  EXPECT_NE(error_of("{{ fromjson('1') }}").hint().find("did you mean `fromJson`?"), std::string::npos);
  EXPECT_NE(error_of("{{ 1 is evn }}").hint().find("did you mean `even`?"), std::string::npos);
  EXPECT_NE(error_of("{% macro greet() %}{% endmacro %}{{ gret() }}").hint().find("did you mean `greet`?"),
            std::string::npos);
  EXPECT_NE(error_of("{% fro i in [] %}").hint().find("did you mean `for`?"), std::string::npos);
  EXPECT_NE(error_of("{{ inputs.date | date(fromat='x') }}").hint().find("did you mean `format`?"), std::string::npos);
  EXPECT_EQ(error_of("{{ missing + 1 }}").hint(), "`missing` is not defined");
  EXPECT_NE(error_of("{{ inputs.date | dateAdd(1, 'days') }}").hint().find("DAYS"), std::string::npos);
}

TEST(Errors, PlacesCountCharactersAndLines) {
  struct Case {
    std::string_view text;
    uint32_t line;
    uint32_t column;
  };
  const Case cases[] = {
      {"{{ missing }}", 1, 4},
      {"é語{{ missing }}", 1, 6},
      {"a\r\nb\r\n{{ missing }}", 3, 4},
      {"a\rb\r{{ missing }}", 3, 4},
      {"{{ 1 +\n   missing2 ~ 1 }}", 1, 6},  // the operator fails, not the name
      {"{{ \"x\ny\" ~ missing }}", 2, 6},
      {"{% raw %}\n\n\n{% endraw %}{{ missing }}", 4, 16},  // lines of raw regions count
      {"{{ 'a' |\n  nofilter }}", 2, 3},
      {"{{ inputs.list[\n 7] }}", 2, 2},
      {"{% if true %}\n{% for i in [1] %}\n  {{ i.x }}\n{% endfor %}{% endif %}", 3, 8},
  };
  for (const Case& c : cases) {
    base::Error error = error_of(c.text);
    ASSERT_NE(error.place(), nullptr) << c.text;
    EXPECT_EQ(error.place()->line, c.line) << c.text;
    EXPECT_EQ(error.place()->column, c.column) << c.text;
  }
}

// EXPR-362
TEST(Errors, OthersCarryTemplateAndLine) {
  base::Error error = error_of("a\n{{ 5 / 0 }}");
  EXPECT_EQ(error.code(), evaluation_failed);
  EXPECT_EQ(error.message(), "Could not perform division (a\n{{ 5 / 0 }}:2)");
  EXPECT_EQ(error_of("{{ 1 + }}").code(), template_syntax);
}

TEST(Errors, LongTemplatesAreShortened) {
  std::string text(100'000, 'x');
  text += "{{ missing }}";
  base::Error error = error_of(text);
  EXPECT_LT(error.message().size(), 5000U);
  EXPECT_NE(error.message().find("Unable to find `missing`"), std::string::npos);
  EXPECT_LT(error_of("{{ 5 / 0 }}" + text).message().size(), 5000U);
}

TEST(Errors, InsideRenderedTextsBelongToTheCall) {
  base::Error error = error_of("a\n {{ render('x\n\n{{ nope }}') }}");
  EXPECT_EQ(error.message(), "Unable to find `nope` used in the expression `x\n\n{{ nope }}` at line 3");
  EXPECT_EQ(error.place()->line, 2U);
  EXPECT_EQ(error.place()->column, 5U);
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->place()->line, 3U);
}

TEST(Errors, ConditionsKeepTheReasonAsCause) {
  base::Error error = error_of("{% if missing.x %}a{% endif %}");
  EXPECT_EQ(error.message(), "Wrong operand(s) type in conditional expression ({% if missing.x %}a{% endif %}:1)");
  ASSERT_NE(error.cause(), nullptr);
  EXPECT_EQ(error.cause()->code(), undefined_name);
  EXPECT_NE(error.hint().find("Unable to find `missing`"), std::string::npos);
}

// Every syntax error: that it is one, and where.
TEST(Errors, Syntax) {
  struct Case {
    std::string_view text;
    std::string_view part;  ///< of the message
  };
  const Case cases[] = {
      {"{{ }}", "expected a value"},
      {"{{ 1", "is not closed"},
      {"{{ a b }}", "expected `}}`"},
      {"{{ (1 }}", "Unclosed \")\""},
      {"{{ [1, 2 }}", "Unclosed \"]\""},
      {"{{ {\"a\": 1 ) }}", "Unclosed \"}\""},
      {"{{ 1 ) }}", "Unexpected \")\""},
      {"{{ \"abc }}", "Unclosed \"\"\""},
      {"{{ 'abc }}", "Unclosed \"'\""},
      {"{{ \"a#{ 1 + }\" }}", "expected a value"},
      {"{{ \"a#{ 1 2 }\" }}", "expected `}`"},
      {"{{ \"a#{ 1 \" }}", "Unclosed"},
      {"{{ a && b }}", "Unexpected character [&]"},
      {"{{ a ! b }}", "Unexpected character [!]"},
      {"{{ a.1 }}", "expected a name after the dot"},
      {"{{ a..}}", "expected a value"},
      {"{{ f(1 2) }}", "expected `,`"},
      {"{{ f(a=1, 2) }}", "Positional arguments must be declared before any named arguments."},
      {"{{ 'x' | 5 }}", "expected the name of a filter"},
      {"{{ 'x' is 5 }}", "expected the name of a test"},
      {"{{ 'x'.trim(a=1) }}", "a method cannot have named arguments"},
      {"{{ 99999999999999999999 }}", "does not fit 64 bits"},
      {"{{ true ? 1 }}", "expected `:`"},
      {"{{ 1 ? }}", "expected a value"},
      {"{{ a[1 }}", "Unclosed \"]\""},
      {"{{ not }}", "expected a value"},
      {"{{ * 2 }}", "expected a value"},
      {"{% %}", "A block must start with a tag name."},
      {"{% 5 %}", "A block must start with a tag name."},
      {"{% if true %}", "looking for the \"endif\" tag"},
      {"{% if true %}{% else %}", "looking for the \"endif\" tag"},
      {"{% if true %}{% else %}{% else %}{% endif %}", "Unexpected tag name \"else\""},
      {"{% for i in [] %}{% endif %}", "Unexpected tag name \"endif\""},
      {"{% for 5 in [] %}{% endfor %}", "expected the name of a loop variable"},
      {"{% for i of [] %}{% endfor %}", "expected `in`"},
      {"{% for i in [] %}{% endfor x %}", "expected `%}`"},
      {"{% set 5 = 1 %}", "expected the name of a variable"},
      {"{% set x 1 %}", "expected `=`"},
      {"{% set x = %}", "expected a value"},
      {"{% macro 5() %}{% endmacro %}", "expected the name of the macro"},
      {"{% macro m %}{% endmacro %}", "expected `(`"},
      {"{% macro m(5) %}{% endmacro %}", "expected the name of a parameter"},
      {"{% macro m(a b) %}{% endmacro %}", "expected `,`"},
      {"{% macro m() %}", "looking for the \"endmacro\" tag"},
      {"{% macro m() %}{% endmacro %}{% macro m() %}{% endmacro %}",
       "More than one macro can not share the same name: m"},
      {"{% block %}{% endblock %}", "expected the name of the block"},
      {"{% block b %}", "looking for the \"endblock\" tag"},
      {"{% filter %}x{% endfilter %}", "expected the name of a filter"},
      {"{% filter upper %}x", "looking for the \"endfilter\" tag"},
      {"{% verbatim %}x", "Unclosed verbatim tag."},
      {"{# x", "Unclosed comment."},
      {"{#- x -", "Unclosed comment."},
      {"{% include 'x' %}", "Unexpected tag name \"include\""},
      {"{% extends 'x' %}", "Unexpected tag name \"extends\""},
      {"{% raw %}x", "Unexpected tag name \"raw\""},
  };
  for (const Case& c : cases) {
    auto compiled = Template::compile(c.text);
    ASSERT_NE(compiled->syntax_error(), nullptr) << c.text;
    EXPECT_EQ(compiled->syntax_error()->code(), template_syntax) << c.text;
    EXPECT_NE(compiled->syntax_error()->message().find(c.part), std::string::npos)
        << c.text << ": " << compiled->syntax_error()->message();
    EXPECT_NE(compiled->syntax_error()->place(), nullptr) << c.text;
  }
}

// What is wrong in a branch that is not taken does not matter (as in the reference), but the syntax does.
TEST(Errors, UnknownNamesCountWhenReached) {
  EXPECT_EQ(text_of(render("{{ false and nofunc() }}")), "false");
  EXPECT_EQ(text_of(render("{{ true ? 'a' : ('x' | nofilter) }}")), "a");
  EXPECT_EQ(text_of(render("{% if false %}{{ upper(1, 2) }}{% endif %}b")), "b");
  EXPECT_TRUE(render("{% if false %}{{ 1 + }}{% endif %}").failed());
}

// EXPR-86 to EXPR-88
TEST(Undefined, WhereItIsSwallowedAndWhereNot) {
  struct Case {
    std::string_view expression;
    std::string_view result;
  };
  const Case cases[] = {
      {"missing ?? 'd'", "d"},
      {"missing.a.b['c'][1] ?? 'd'", "d"},
      {"missing ??? 'd'", "d"},
      {"missing | default('d')", "d"},
      {"missing | upper | lower | default('d')", "d"},
      {"(missing ~ 'x') ?? 'd'", "d"},
      {"(1..missing) ?? 'd'", "d"},
      {"(missing contains 1) ?? 'd'", "d"},
      {"(1 isIn missing) ?? 'd'", "d"},
      {"(missing is even) ?? 'd'", "d"},
      {"(missing ? 1 : 2) ?? 'd'", "d"},
      {"(missing and true) ?? 'd'", "d"},
      {"(not missing) ?? 'd'", "d"},
      {"[missing] ?? 'd'", "d"},
      {"{'a': missing} ?? 'd'", "d"},
      {"{missing: 1} ?? 'd'", "d"},
      {"inputs.map[missing] ?? 'd'", "d"},
      {"max(1, missing) ?? 'd'", "d"},
      {"('x' | replace(missing)) ?? 'd'", "d"},
      {"missing.trim() ?? 'd'", "d"},
      {"inputs.name.indexOf(missing) ?? 'd'", "d"},
      {"\"a#{missing}\" ?? 'd'", "d"},
      {"(-missing) ?? 'd'", "d"},
      {"missing is defined", "false"},
      {"missing is not defined", "true"},
      {"inputs.nul is defined", "false"},
      {"(missing | upper) is defined", "false"},
      {"inputs.nul ??? 'd'", ""},
      {"inputs.nul ?? 'd'", "d"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(text_of(render("{{ " + std::string(c.expression) + " }}")), c.result.empty() ? "null" : c.result)
        << c.expression;
  }
  for (std::string_view expression :
       {"(missing + 1) ?? 1", "(1 - missing) ?? 1", "(missing * 1) ?? 1", "(missing / 1) ?? 1", "(missing % 1) ?? 1",
        "(missing == 1) ?? 1", "(missing != 1) ?? 1", "(missing < 1) ?? 1", "(missing > 1) ?? 1", "(missing <= 1) ?? 1",
        "(missing >= 1) ?? 1", "(missing == 1) is defined", "missing is null", "missing is empty",
        "inputs.name | default(missing)", "inputs.map[0] ?? 1", "nofunc() ?? 1", "('x' | nofilter) ?? 1",
        "(1 is notest) ?? 1"}) {
    EXPECT_TRUE(render("{{ " + std::string(expression) + " }}").failed()) << expression;
  }
}

TEST(Methods, WhatTheyRefuse) {
  EXPECT_NE(error_of("{{ inputs.name.getClass() }}").message().find("getClass is denied"), std::string::npos);
  EXPECT_NE(error_of("{{ inputs.name.class }}").message().find("getClass is denied"), std::string::npos);
  EXPECT_NE(error_of("{{ inputs.list.add(1) }}").message().find("cannot change values"), std::string::npos);
  EXPECT_NE(error_of("{{ inputs.map.put('a', 1) }}").message().find("cannot change values"), std::string::npos);
  EXPECT_EQ(error_of("{{ inputs.n.nope() }}").code(), undefined_name);
  EXPECT_EQ(error_of("{{ inputs.name.substring() }}").code(), undefined_name);
  EXPECT_EQ(error_of("{{ inputs.name.substring(9) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.name.substring(2, 1) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.name.charAt(-1) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.name.repeat(-1) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.list.get(9) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.list.subList(2, 1) }}").code(), evaluation_failed);
  EXPECT_EQ(error_of("{{ inputs.name.matches('(') }}").code(), evaluation_failed);
}

// EXPR-85
TEST(Methods, WhatTheyGive) {
  struct Case {
    std::string_view expression;
    std::string_view result;
  };
  const Case cases[] = {
      {"' a '.strip() ~ '|' ~ ' a '.trim()", "a|a"},
      {"'abcabc'.lastIndexOf('b') ~ 'abc'.indexOf('z')", "4-1"},
      {"'aXbX'.replaceAll('X', '$0$0') ~ 'aXbX'.replaceFirst('X', '-')", "aXXbXXa-bX"},
      {"'abc'.equals('abc') ~ 'abc'.equalsIgnoreCase('ABC')", "truetrue"},
      {"'ab'.repeat(3) ~ 'ab'.concat('c') ~ 'abc'.charAt(1)", "ababababcb"},
      {"'é😀x'.length() ~ 'é😀x'.substring(3) ~ 'é😀x'.indexOf('x')", "4x3"},
      {"'a1b2'.split('\\d', 2)", R"(["a","b2"])"},
      {"'  '.isBlank() ~ ''.isEmpty() ~ 'a'.isEmpty()", "truetruefalse"},
      {"inputs.list.contains(2) ~ inputs.list.indexOf(3) ~ inputs.list.subList(1, 3)", "true2[2, 3]"},
      {"inputs.map.containsValue('two') ~ inputs.map.size() ~ inputs.map.isEmpty()", "true2false"},
      {"inputs.f.intValue() ~ inputs.n.longValue() ~ inputs.n.toString().length()", "151"},
      {"inputs.map.toString() ~ inputs.list.toString()", "{a=1, b=two}[1, 2, 3]"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(text_of(render("{{ " + std::string(c.expression) + " }}")), c.result) << c.expression;
}

}  // namespace
}  // namespace gyr::expression
