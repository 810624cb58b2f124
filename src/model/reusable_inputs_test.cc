#include "model/reusable_inputs.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "model/errors.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {
namespace {

std::vector<Input> define_inputs(std::string_view yaml) {
  std::vector<Input> inputs;
  BindContext context(testing::test_types());
  Binder<std::vector<Input>>::bind(*syntax::parse_yaml(yaml), inputs, context);
  EXPECT_FALSE(context.failed()) << yaml;
  return inputs;
}

/// The ids after sets have taken their places, and after `!` the problem of a reference.
std::string placed(std::string_view inputs, std::string_view set) {
  std::vector<Input> all = define_inputs(inputs);
  place_reusable_inputs(
      all,
      [set](const Input& reference) -> base::Result<ReusableInputsPtr> {
        if (reference.ref == "none") return base::fail(missing_input, "there is none");
        return parse_reusable_inputs(set, testing::test_types()).set;
      },
      testing::test_types());
  std::string text;
  for (const NamedInput& input : expand_inputs(all)) {
    text += (text.empty() ? "" : " ") + input.id;
    if (input.input->depends_on) {
      for (const std::string& other : input.input->depends_on->inputs) text += "<" + other;
    }
    if (!input.input->problem.empty()) text += "!" + input.input->problem;
  }
  return text;
}

constexpr std::string_view two = "{inputs: [{id: a, type: STRING}, {id: b, type: INT, dependsOn: {inputs: [a]}}]}";

TEST(ReusableInputs, TakeThePlaceOfTheReference) {  // FLOW-26, FLOW-20
  EXPECT_EQ(placed("[{id: x, type: STRING}, {id: s, type: REUSABLE_INPUTS, ref: r}, {id: y, type: STRING}]", two),
            "x s.a s.b<s.a y");
  EXPECT_EQ(placed("[{id: s, type: REUSABLE_INPUTS, ref: r}, {id: t, type: REUSABLE_INPUTS, ref: r}]", two),
            "s.a s.b<s.a t.a t.b<t.a")
      << "one set, twice";
  EXPECT_EQ(
      placed("[{id: s, type: REUSABLE_INPUTS, ref: r}]",
             "{inputs: [{id: a, type: STRING}, {id: f, type: FORM, inputs: [{id: c, type: INT, dependsOn: {inputs: "
             "[a]}}, {id: d, type: INT, dependsOn: {inputs: [f.c]}}]}]}"),
      "s.a s.f.c<s.a s.f.d<s.f.c")
      << "children follow their form";
  EXPECT_EQ(placed("[{id: x, type: STRING}, {id: s, type: REUSABLE_INPUTS, ref: r, dependsOn: {inputs: [x]}}]", two),
            "x s.a<x s.b<s.a")
      << "the condition of the reference is that of inputs without one";
  EXPECT_EQ(placed("[{id: s, type: REUSABLE_INPUTS, ref: r}]", "{inputs: [{name: a, type: STRING}]}"), "s.a");
}

TEST(ReusableInputs, AReferenceWithoutASetSaysWhy) {  // FLOW-28
  EXPECT_EQ(placed("[{id: s, type: REUSABLE_INPUTS, ref: none}, {id: y, type: STRING}]", two), "s!there is none y");
  std::string deep = "s";
  for (int i = 0; i < 40; ++i) deep += ".s";
  EXPECT_NE(placed("[{id: " + deep + ", type: REUSABLE_INPUTS, ref: r}]", two).find("cannot be used as"),
            std::string::npos)
      << "paths are not deeper than others";
}

TEST(ReusableInputs, ASetHasInputsAlone) {  // FLOW-6
  const auto error = [](std::string_view source) {
    return parse_reusable_inputs(source, testing::test_types()).first_error();
  };
  EXPECT_EQ(error(two), "");
  EXPECT_EQ(error("id: s\nnamespace: n\ndescription: d\nrevision: 4\ninputs: [{id: a, type: INT}]"), "");
  for (std::string_view source :
       {"", "x", "[]", "{}", "inputs: []", "inputs: x", "inputs: [{id: a, type: INT}]\nmore: 1",
        "inputs: [{id: s, type: REUSABLE_INPUTS, ref: r}]", "inputs: [", "id: -\ninputs: x"})
    EXPECT_NE(error(source), "") << source;
  const auto parsed = parse_reusable_inputs(
      "id: s\nnamespace: n\ndescription: d\n" + std::string("inputs: [{id: a, type: INT}]"), testing::test_types());
  EXPECT_EQ(parsed.id, "s");
  EXPECT_EQ(parsed.namespace_, "n");
  EXPECT_EQ(parsed.set->description, "d");
  EXPECT_EQ(parsed.set->inputs.size(), 1u);
}

}  // namespace
}  // namespace gyr::model
