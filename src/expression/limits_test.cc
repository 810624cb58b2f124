// Every limit of template.h is run into, and hostile texts end in errors (EXPR-372).
#include "base/limits.h"

#include <gtest/gtest.h>

#include "expression/template.h"
#include "expression/testing_host.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;
using testing::text_of;

std::string repeated(std::string_view part, size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (size_t i = 0; i < count; ++i) text.append(part);
  return text;
}

Outcome render(std::string_view text, const Limits& limits = {}) {
  return testing::render(text, testing::context_k(), limits);
}

void expect_limit(std::string_view text, std::string_view part, const Limits& limits = {}) {
  Outcome outcome = render(text, limits);
  ASSERT_TRUE(outcome.failed()) << text.substr(0, 200);
  EXPECT_EQ(outcome.error().code(), limit_exceeded) << text.substr(0, 200) << "\n"
                                                    << outcome.error().message().substr(0, 300);
  EXPECT_NE(outcome.error().message().find(part), std::string::npos) << outcome.error().message().substr(0, 300);
}

TEST(Limits, NestingWithoutItsEnd) {
  EXPECT_EQ(text_of(render("{{ " + repeated("(", 150) + "1" + repeated(")", 150) + " }}")), "1");
  for (std::string_view opening : {"(", "[", "-", "not ", "{1:", "a[", "f(", "true ? ", "\"#{", "1 + (", "1 ~ ("}) {
    Outcome outcome = render("{{ " + repeated(opening, 100'000));
    ASSERT_TRUE(outcome.failed()) << opening;
    EXPECT_EQ(outcome.error().code(), template_syntax)
        << opening;  // not closed, which is reported before any other error
  }
}

TEST(Limits, NestingWithItsEnd) {
  constexpr std::string_view part = "nested deeper than 200 levels";
  constexpr size_t levels = 100'000;
  expect_limit("{{ " + repeated("(", levels) + "1" + repeated(")", levels) + " }}", part);
  expect_limit("{{ " + repeated("[", levels) + repeated("]", levels) + " }}", part);
  expect_limit("{{ " + repeated("{1:", levels) + "1" + repeated("}", levels) + " }}", part);
  expect_limit("{{ " + repeated("-", levels) + "1 }}", part);
  expect_limit("{{ " + repeated("not ", levels) + "true }}", part);
  expect_limit("{{ " + repeated("true ? ", levels) + "1" + repeated(" : 2", levels) + " }}", part);
  expect_limit("{{ " + repeated("\"#{", levels) + "1" + repeated("}\"", levels) + " }}", part);
  expect_limit(repeated("{% if true %}", levels) + repeated("{% endif %}", levels), part);
  expect_limit(repeated("{% for i in [1] %}", levels) + repeated("{% endfor %}", levels), part);
  expect_limit(repeated("{% filter upper %}", levels) + repeated("{% endfilter %}", levels), part);
}

// Chains of operators do not count as nesting.
TEST(Limits, LongChainsAreFine) {
  EXPECT_EQ(text_of(render("{{ 1" + repeated(" + 1", 20'000) + " }}")), "20001");
  EXPECT_EQ(text_of(render("{{ 'a'" + repeated(" | upper | lower", 5'000) + " }}")), "a");
  EXPECT_EQ(text_of(render("{{ missing" + repeated(" ?? missing", 5'000) + " ?? 'd' }}")), "d");
  EXPECT_EQ(text_of(render("{{ missing" + repeated(".a", 10'000) + " ?? 'd' }}")), "d");
  EXPECT_EQ(text_of(render("{{ (inputs" + repeated(".name", 2'000) + ") ?? 'd' }}")), "d");
  EXPECT_EQ(text_of(render("{{ true" + repeated(" and true", 10'000) + " }}")), "true");
}

TEST(Limits, NestingOfEvaluations) {
  constexpr std::string_view part = "nested deeper than 200 levels";
  expect_limit("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", part);
  expect_limit(
      "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% if true %}{{ a() ~ 1 }}{% endif %}{% endmacro %}{{ a() "
      "}}",
      part);
  expect_limit("{% block 'b' %}{{ block('b') }}{% endblock %}", part);
  EXPECT_EQ(text_of(render("{% macro m(n) %}{{ n }}{% if n > 0 %},{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(30) }}"))
                .substr(0, 9),
            "30,29,28,");
}

TEST(Limits, NestingOfValues) {
  expect_limit("{% set x = [] %}{% for i in 1..300 %}{% set x = [x] %}{% endfor %}{{ x }}",
               "a value is nested deeper than 200 levels");
  expect_limit("{% set x = {} %}{% for i in 1..300 %}{% set x = {'a': x} %}{% endfor %}{{ x }}",
               "a value is nested deeper than 200 levels");
  expect_limit("{% set x = [] %}{% for i in 1..300 %}{% set x = [] + [x] %}{% endfor %}", "a value is nested deeper");
  expect_limit("{% set x = {} %}{% for i in 1..300 %}{% set x = {} | merge({'a': x}) %}{% endfor %}",
               "a value is nested deeper");
  expect_limit("{% set x = [] %}{% for i in 1..300 %}{% set x = x | jq('[.]') %}{% endfor %}", "nested deeper");
  expect_limit("{% set x = [] %}{% for i in 1..300 %}{% set x = [x] | chunk(1) %}{% endfor %}",
               "a value is nested deeper");
}

TEST(Limits, Steps) {
  Limits few{.steps = 1000};
  expect_limit("{% for i in 1..10000 %}{{ i }}{% endfor %}", "more than 1000 steps", few);
  expect_limit("{% for i in 1..100 %}{% for j in 1..100 %}{% endfor %}{% endfor %}", "more than 1000 steps", few);
  expect_limit("{{ 1" + repeated(" + 1", 2000) + " }}", "more than 1000 steps", few);
  expect_limit("{{ (1..100) | jq('[.[] | . as $x | range($x)] | length') }}", "steps", few);
  // Large values cost in proportion.
  expect_limit("{% set x = 'a'.repeat(1000000) %}{{ x | upper | lower | upper }}", "steps", few);
  EXPECT_EQ(text_of(render("{% for i in 1..50 %}{{ i % 2 }}{% endfor %}", few)).size(), 50U);
  // All together within one evaluation, however many templates it touches.
  expect_limit("{% for i in 1..100 %}{{ render('{{ 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 }}') }}{% endfor %}", "steps",
               few);
}

TEST(Limits, Output) {
  Limits small{.output_bytes = 10'000};
  constexpr std::string_view part = "larger than 10000 bytes";
  expect_limit("{% for i in 1..2000 %}xxxxxxxxxx{% endfor %}", part, small);
  expect_limit("{% for i in 1..2000 %}{{ 'xxxxxxxxxx' }}{% endfor %}", part, small);
  expect_limit("{% set s = 'x' %}{% for i in 1..40 %}{% set s = s ~ s %}{% endfor %}{{ s }}", part, small);
  expect_limit("{% set s = 'x' %}{% for i in 1..40 %}{% set s = s + s %}{% endfor %}{{ s }}", part, small);
  expect_limit("{% set s = 'x' %}{% for i in 1..40 %}{% set s = \"#{s}#{s}\" %}{% endfor %}{{ s }}", part, small);
  expect_limit("{% set s = [1] %}{% for i in 1..40 %}{% set s = s + s %}{% endfor %}{{ s }}", part, small);
  expect_limit("{% set s = [1] %}{% for i in 1..40 %}{% set s = s | merge(s) %}{% endfor %}{{ s }}", part, small);
  expect_limit("{% set s = [1] %}{% for i in 1..40 %}{% set s = [s, s] %}{% endfor %}{{ s }}", part, small);
  expect_limit("{{ 'x'.repeat(20000) }}", part, small);
  expect_limit("{{ 'x'.repeat(2147483647) }}", part, small);
  expect_limit("{{ 'x'.repeat(9223372036854775807) }}", part, small);
  expect_limit("{{ 'a'.repeat(5000) | replace({'a': 'aaaaaaaa'}) }}", "larger than", small);
  expect_limit("{{ 'a'.repeat(5000) | replace({'a': 'aaaaaaaa'}, regexp=true) }}", "larger than", small);
  expect_limit("{{ 'a'.repeat(5000) | replace({'': 'aaaaaaaa'}) }}", "larger than", small);
  expect_limit("{{ 'a'.repeat(5000).replaceAll('a', 'aaaa') }}", "larger than", small);
  expect_limit("{{ 'a\\n' | indent(20000) }}", "larger than", small);
  expect_limit("{{ 'a' | indent(9223372036854775807, 'xx') }}", "large", small);
  expect_limit("{{ '%20000d' | format(1) }}", "larger than", small);
  expect_limit("{{ '%.20000f' | format(1.5) }}", "larger than", small);
  expect_limit("{{ (1..100) | join('x'.repeat(200)) }}", part, small);
  expect_limit("{{ '\"x\"' | jq('. * 20000') }}", "larger than", small);
  expect_limit("{{ 1 | jq('[range(10000)]') }}", "larger than", small);
  expect_limit("{{ 1 | jq('range(10000)') }}", "larger than", small);
  expect_limit("{% macro m() %}{% for i in 1..2000 %}xxxxxxxxxx{% endfor %}{% endmacro %}{{ m() | length }}", part,
               small);
  // The constant text of a template counts as well.
  EXPECT_EQ(text_of(render(std::string(9'000, 'x') + "{{ 1 }}", small)).size(), 9'001U);
  expect_limit(std::string(11'000, 'x') + "{{ 1 }}", part, small);
}

TEST(Limits, Ranges) {
  constexpr std::string_view part = "a range may have at most 1000000 elements";
  expect_limit("{{ 1..1000001 }}", part);
  expect_limit("{{ range(1, 1000001) }}", part);
  expect_limit("{{ range(0, 9223372036854775807) }}", part);
  expect_limit("{{ (0 - 9223372036854775807)..9223372036854775807 }}", part);
  expect_limit("{{ range(9223372036854775807, 0 - 9223372036854775807, -1) }}", part);
  EXPECT_EQ(text_of(render("{{ (1..1000000) | length }}")), "1000000");
  EXPECT_EQ(text_of(render("{{ range(9223372036854775806, 9223372036854775807) }}")),
            "[9223372036854775806,9223372036854775807]");
  EXPECT_EQ(text_of(render("{{ range(0, 9223372036854775807, 9223372036854775807) }}")), "[0,9223372036854775807]");
}

// EXPR-260
TEST(Limits, DepthOfRender) {
  // Each text renders the next one.
  base::MapBuilder vars;
  for (int i = 0; i < 30; ++i)
    vars.set("v" + std::to_string(i), Value::string("{{ render(vars.v" + std::to_string(i + 1) + ") }}"));
  vars.set("v15", Value::string("deep"));
  Value context = Value::map({{"vars", vars.build()}});
  EXPECT_EQ(text_of(testing::render("{{ render(vars.v0) }}", context)), "deep");
  base::MapBuilder deeper(*context.find("vars"));
  deeper.set("v15", Value::string("{{ render(vars.v16) }}"));
  Outcome outcome = testing::render("\n{{ render(vars.v0) }}", Value::map({{"vars", deeper.build()}}));
  ASSERT_TRUE(outcome.failed());
  EXPECT_EQ(outcome.error().code(), limit_exceeded);
  EXPECT_NE(outcome.error().message().find(
                "Maximum render() nesting depth (16) exceeded at line 1 — check for circular render() calls in "
                "your template."),
            std::string::npos)
      << outcome.error().message();
  EXPECT_EQ(outcome.error().place()->line, 2U);
  expect_limit("{% set t = '{{ render(t) }}' %}{{ render(t) }}", "Maximum render() nesting depth (16)");
}

TEST(Limits, BytesOfTemplates) {
  Limits small{.template_bytes = 100};
  expect_limit(std::string(101, 'x'), "more than the 100 allowed", small);
  expect_limit("{{ render('{{ 1 }}' ~ 'x'.repeat(100)) }}", "more than the 100 allowed", small);
  ValueTemplate compiled(Value::list({Value::string(std::string(101, 'x'))}), small);
  ASSERT_NE(compiled.syntax_error(), nullptr);
  EXPECT_EQ(compiled.syntax_error()->code(), limit_exceeded);
  expect_limit(std::string(10 * 1024 * 1024 + 1, 'x'), "allowed");
}

TEST(Limits, ContainersOfTypedExpressions) {
  Limits small{.output_bytes = 10'000};
  ValueTemplate compiled(*syntax::parse_json(R"json(["{{ 'x'.repeat(6000) }}", {"a": "{{ 'x'.repeat(6000) }}"}])json"),
                         small);
  ValueContext context{Value()};
  Outcome outcome = compiled.render(context, testing::environment());
  ASSERT_TRUE(outcome.failed());
  EXPECT_EQ(outcome.error().code(), limit_exceeded);
  // A deep value from the context may not make a container deeper than all others can be.
  Value deep = Value::empty_list();
  for (uint32_t i = 0; i + 3 < base::limits::value_depth; ++i) deep = Value::list({deep});
  ValueContext with_deep(Value::map({{"deep", deep}}));
  ValueTemplate nesting(*syntax::parse_json(R"([["{{ deep }}"]])"));
  Outcome nested = nesting.render_typed(with_deep, testing::environment());
  ASSERT_TRUE(nested.failed());
  EXPECT_EQ(nested.error().code(), limit_exceeded);
  EXPECT_TRUE(Template::compile("{{ [[[deep]]] }}")->render(with_deep, testing::environment()).failed());
}

// ---------------------------------------------------------------------------------------------- hostile texts

TEST(Hostile, TemplatesOfTenMegabytes) {
  constexpr size_t size = 10 * 1024 * 1024 - 64;
  EXPECT_EQ(text_of(render(std::string(size, '{'))).substr(0, 4), "ERR:");
  EXPECT_EQ(text_of(render("{{ " + repeated("a", size))).substr(0, 4), "ERR:");
  EXPECT_EQ(text_of(render("{{ '" + repeated("x", size - 10) + "' | length }}")), std::to_string(size - 10));
  EXPECT_EQ(text_of(render(repeated("{{", size / 2))).substr(0, 4), "ERR:");
  EXPECT_EQ(text_of(render(repeated("{%", size / 2))).substr(0, 4), "ERR:");
  EXPECT_EQ(text_of(render(repeated("{#", size / 2))).substr(0, 4), "ERR:");
  EXPECT_EQ(text_of(render(repeated("{% raw %}", size / 9))).substr(0, 4), "ERR:");
  expect_limit("{{ " + repeated("1,", size / 2), "tokens");
  EXPECT_EQ(text_of(render("{{ 1 }}" + std::string(size - 10, 'x'))).size(), size - 9);
  // A million small print nodes.
  expect_limit(repeated("{{ 1 }}", size / 7), "", Limits{.steps = 100'000});
}

TEST(Hostile, BytesThatAreNotText) {
  using namespace std::string_view_literals;
  for (std::string_view text :
       {"\xFF{{ 1 }}"sv, "{{ '\xC3' }}"sv, "{{ '\xED\xA0\x80' }}"sv, "\x80"sv, "{{ \xF5 }}"sv}) {
    Outcome outcome = render(text);
    ASSERT_TRUE(outcome.failed());
    EXPECT_EQ(outcome.error().code(), template_syntax);
    EXPECT_NE(outcome.error().message().find("not valid UTF-8"), std::string::npos);
  }
  EXPECT_EQ(text_of(render("a\0b{{ 'c\0d' }}"sv)), "a\0bc\0d"sv);
  Outcome outcome = render("{{ \0 }}"sv);
  ASSERT_TRUE(outcome.failed());
  EXPECT_NE(outcome.error().message().find("Unexpected character [\\x00]"), std::string::npos);
  EXPECT_EQ(text_of(render("{{ 'a\0' | upper | md5 }}"sv)), "8214d1003f68a7d9b0356c0cbd7eee1a");
}

TEST(Hostile, OddUnicode) {
  EXPECT_EQ(text_of(render("{{ '\xEF\xBF\xBE\xEF\xBF\xBF' | length }}")), "2");
  EXPECT_EQ(text_of(render("{{ '😀' | slice(0, 1) }}{{ '😀' | first }}")), "??");
  // The marks of raw regions are not secret: a text that contains such a mark is unchanged.
  EXPECT_EQ(text_of(render("{{ '\xEF\xB7\x90"
                           "0123456789abcdef\xEF\xB7\x91' }}{% raw %}{{ x }}{% endraw %}")),
            "\xEF\xB7\x90"
            "0123456789abcdef\xEF\xB7\x91{{ x }}");
}

TEST(Hostile, FloodsOfSmallThings) {
  EXPECT_EQ(text_of(render(repeated("{# c #}", 100'000))), "null");
  EXPECT_EQ(text_of(render(repeated("{% raw %}x{% endraw %}", 20'000))).size(), 20'000U);
  EXPECT_EQ(text_of(render(repeated("{% set a = 1 %}", 50'000) + "{{ a }}")), "1");
  std::string many;
  for (int i = 0; i < 3'000; ++i) many += "{% set a" + std::to_string(i) + " = 1 %}";
  EXPECT_EQ(text_of(render(many + "{{ a2999 }}")), "1");
}

}  // namespace
}  // namespace gyr::expression
