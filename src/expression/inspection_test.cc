// The analysis of templates without rendering (EXPR-7).
#include "expression/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gyr::expression {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// `root.member` of each name with its text in the template; `?` after those that may be absent.
std::vector<std::string> names(std::string_view text) {
  std::vector<std::string> found;
  for (const NameUse& use : inspect(text).names) {
    const std::string_view told = use.member.empty() ? use.root : use.member;
    EXPECT_EQ(text.substr(use.begin, use.end - use.begin), told) << text;
    found.push_back(use.root + (use.member.empty() ? "" : "." + use.member) + (use.may_be_absent ? "?" : ""));
  }
  return found;
}

std::vector<std::string> bad_calls(std::string_view text) {
  std::vector<std::string> found;
  for (const BadCall& call : inspect(text).calls) {
    found.push_back(std::string(text.substr(call.begin, call.end - call.begin)) + ": " + call.message +
                    (call.hint.empty() ? "" : " " + call.hint));
  }
  return found;
}

TEST(Inspection, FindsTheNamesThatAreRead) {
  EXPECT_THAT(names("{{ outputs.fetch.body }} {{ inputs['a b'].x }} {{ inputs[vars.k] }}"),
              ElementsAre("outputs.fetch", "inputs.a b", "inputs", "vars.k"));
  EXPECT_THAT(names("{{ (inputs.a + 1) * -inputs.b > inputs.c ? [inputs.d] : {'k': inputs.e} }}"),
              ElementsAre("inputs.a", "inputs.b", "inputs.c", "inputs.d", "inputs.e"));
  EXPECT_THAT(
      names("{% if inputs.a %}{{ inputs.b | replace({'x': inputs.c}) }}{% elseif max(inputs.d, 1) %}{% endif %}"),
      ::testing::UnorderedElementsAre("inputs.a", "inputs.b", "inputs.c", "inputs.d"));
  EXPECT_THAT(names("{{ \"#{inputs.a} and text\" }}"), ElementsAre("inputs.a"));
  EXPECT_THAT(names("{% raw %}{{ inputs.no }} more than the marker{% endraw %} {{ inputs.yes }}"),
              ElementsAre("inputs.yes"));
}

TEST(Inspection, VariablesAreNotNamesOfTheContext) {
  EXPECT_THAT(names("{% for x in inputs.list %}{{ x.y }} {{ loop.index }}{% endfor %}{% set z = inputs.n %}{{ z.a }}"),
              ::testing::UnorderedElementsAre("inputs.list", "inputs.n"));
  EXPECT_THAT(names("{% macro m(a, b=inputs.d) %}{{ a.x }}{{ b }}{% endmacro %}{{ m(inputs.e) }}"),
              ::testing::UnorderedElementsAre("inputs.d", "inputs.e"));
}

// EXPR-87: the operators, filters and tests that swallow an undefined name.
TEST(Inspection, WhatMayBeAbsent) {
  EXPECT_THAT(names("{{ inputs.a ?? inputs.b ?? inputs.c }}"),
              ::testing::UnorderedElementsAre("inputs.a?", "inputs.b?", "inputs.c"));
  EXPECT_THAT(names("{{ inputs.a.x | upper | default(inputs.b) }}"),
              ::testing::UnorderedElementsAre("inputs.a?", "inputs.b"));
  EXPECT_THAT(names("{{ inputs.a is defined and inputs.b is not empty }}"),
              ::testing::UnorderedElementsAre("inputs.a?", "inputs.b"));
  EXPECT_THAT(names("{{ (inputs.a ~ 'x') ??? 'd' }}"), ElementsAre("inputs.a?"));
}

// EXPR-68, EXPR-69
TEST(Inspection, CallsThatFail) {
  EXPECT_THAT(bad_calls("{{ inputs.a | uper }}"),
              ElementsAre("uper: Filter [uper] does not exist. did you mean `upper`?"));
  EXPECT_THAT(bad_calls("{% if false %}{{ nwo() }}{% endif %}"),
              ElementsAre("nwo: Function or Macro [nwo] does not exist. did you mean `now`?"));
  EXPECT_THAT(bad_calls("{{ 1 is evn }}"), ElementsAre("evn: Test [evn] does not exist. did you mean `even`?"));
  EXPECT_THAT(bad_calls("{{ [1] | join(separatr=',') }}"),
              ElementsAre("join: The following named argument does not exist: separatr did you mean `separator`?"));
  EXPECT_THAT(bad_calls("{{ uuid() | upper }}{% macro m() %}{% endmacro %}{{ m() }}"), IsEmpty());
}

TEST(Inspection, AnInvalidTemplateHasNoFindings) {
  for (std::string_view text : {"plain", "{{ inputs. }}", "{{ 'a", "\xFF{{ inputs.a }}", ""}) {
    EXPECT_THAT(inspect(text).names, IsEmpty()) << text;
    EXPECT_THAT(inspect(text).calls, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace gyr::expression
