// Every function of jq's manual on an array, an object, null, a number and a text, with the results of jq 1.6 where it
// has the function (EXPR-226, EXPR-228): tests/expressions/jq_builtins.tsv.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/text.h"
#include "jq/builtins.h"
#include "jq/interpreter.h"
#include "jq/program.h"
#include "syntax/json.h"

namespace gyr::jq {
namespace {

using base::Value;

constexpr std::string_view inputs[] = {"[3,1,2]", R"({"a":1,"b":[2]})", "null", "3", R"("ab")"};

/// All results as a list, or nothing where it fails.
std::optional<Value> results_of(std::string_view program, std::string_view input) {
  auto parsed = parse(program);
  EXPECT_TRUE(parsed.has_value()) << program << (parsed ? "" : parsed.error().message());
  if (!parsed) return std::nullopt;
  Interpreter interpreter({}, base::Instant::of_millis(1'709'287'200'123));
  base::ListBuilder results;
  if (interpreter.run(**parsed, *syntax::parse_json(input), results) != Interpreter::End::done) return std::nullopt;
  return results.build();
}

/// The same but for the last digits of what libraries of mathematics compute.
bool alike(const Value& a, const Value& b) {
  if (a.is_numeric() && b.is_numeric()) {
    const double x = to_double(a), y = to_double(b);
    return x == y || std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
  }
  if (a.is_list() && b.is_list()) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      if (!alike(a.items()[i], b.items()[i])) return false;
    }
    return true;
  }
  if (a.is_map() && b.is_map()) {
    if (a.size() != b.size()) return false;
    for (const auto& entry : a.entries()) {
      const Value* other = b.find(entry.name());
      if (other == nullptr || !alike(entry.value, *other)) return false;
    }
    return true;
  }
  return a == b;
}

TEST(JqBuiltins, EveryBuiltinOnEveryKindOfInput) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/tests/expressions/jq_builtins.tsv");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "builtin\tprogram\tarray\tobject\tnull\tnumber\ttext");
  std::set<std::string> told;
  while (std::getline(file, line)) {
    const auto columns = base::split(line, '\t');
    ASSERT_EQ(columns.size(), 2 + std::size(inputs)) << line;
    EXPECT_TRUE(told.emplace(columns[0]).second) << columns[0] << " stands twice";
    for (size_t i = 0; i < std::size(inputs); ++i) {
      const auto found = results_of(columns[1], inputs[i]);
      const std::string_view wanted = columns[2 + i];
      const std::string shown = found ? syntax::write_json(*found) : "error";
      const bool same = wanted == "error" || !found ? wanted == shown : alike(*found, *syntax::parse_json(wanted));
      EXPECT_TRUE(same) << inputs[i] << " | " << columns[1] << " gives " << shown << " and not " << wanted;
    }
  }
  std::set<std::string> known;
  for (const Value& name : builtin_names().items()) known.emplace(name.text());
  EXPECT_EQ(told, known);
}

// `?` after a step of a path applies only to this step, as in jq.
TEST(JqBuiltins, AQuestionMarkIsAboutTheStepBeforeIt) {  // EXPR-226
  const auto shown = [](std::string_view program, std::string_view input) {
    const auto found = results_of(program, input);
    return found ? syntax::write_json(*found) : "error";
  };
  EXPECT_EQ(shown(".a?", "1"), "[]");
  EXPECT_EQ(shown(".a.b?", "1"), "error");
  EXPECT_EQ(shown(".a[]?", "1"), "error");
  EXPECT_EQ(shown(".a[0]?", "1"), "error");
  EXPECT_EQ(shown("to_entries[]?", "1"), "error");
  EXPECT_EQ(shown(".a?.b?", "1"), "[]");
  EXPECT_EQ(shown("(.a.b)?", "1"), "[]");
  EXPECT_EQ(shown(".a.b??", "1"), "[]");
  EXPECT_EQ(shown(".[]?", "1"), "[]");
  EXPECT_EQ(shown(".[\"a\"]?, .[1:]?", "1"), "[]");
  EXPECT_EQ(shown("[.[].a?]", R"([1, {"a": 2}, null])"), "[[2,null]]");
  EXPECT_EQ(shown(".a[0]?", R"({"a": {}})"), "[]");
  EXPECT_EQ(shown("[path(.a.b?, .c[]?)]", R"({"a": {}, "c": [1]})"), R"([[["a","b"],["c",0]]])");
  EXPECT_EQ(shown(".a.b? = 1", R"({"a": 5})"), R"([{"a":5}])");
  EXPECT_EQ(shown(".a[]? |= . + 1", R"({"a": [1, 2]})"), R"([{"a":[2,3]}])");
  EXPECT_EQ(shown("del(.a.b?)", R"({"a": {"b": 1, "c": 2}})"), R"([{"a":{"c":2}}])");
}

TEST(JqBuiltins, AReplacementWithSeveralTexts) {  // EXPR-226
  const auto shown = [](std::string_view program, std::string_view input) {
    const auto found = results_of(program, input);
    return found ? syntax::write_json(*found) : "error";
  };
  EXPECT_EQ(shown(R"j(sub("(?<a>.)"; "\(.a | ascii_upcase)", "\(.a | ascii_downcase)", "c"))j", R"("aB")"),
            R"(["AB","aB","cB"])");
  EXPECT_EQ(shown(R"j(gsub("a|b"; "x", "y"))j", R"("a,b")"), R"(["x,x","y,x","x,y","y,y"])");
  EXPECT_EQ(shown(R"j(gsub("a"; empty))j", R"("bab")"), R"(["bb"])");
  RunLimits few{.steps = 100'000};
  auto parsed = parse(R"j("a" * 40 | gsub("a"; "x", "y"))j");
  Interpreter interpreter(few, base::Instant::of_millis(0));
  base::ListBuilder results;
  EXPECT_EQ(interpreter.run(**parsed, Value(), results), Interpreter::End::limit);
}

}  // namespace
}  // namespace gyr::jq
