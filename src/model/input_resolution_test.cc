#include "model/input_resolution.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "model/errors.h"
#include "model/output.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using base::Value;

/// Turns text around: enough to see what is encrypted and what is not.
class Reverser final : public Encryptor {
 public:
  base::Result<std::string> encrypt(std::string_view plain) const override {
    return "~" + std::string(plain.rbegin(), plain.rend());
  }
  base::Result<std::string> decrypt(std::string_view encrypted) const override {
    if (!encrypted.starts_with("~")) return base::fail(no_encryption, "damaged");
    return std::string(encrypted.rbegin(), encrypted.rend() - 1);
  }
};

std::vector<Input> define(std::string_view yaml) {
  std::vector<Input> inputs;
  BindContext context(testing::test_types());
  const auto node = syntax::parse_yaml(yaml);
  EXPECT_TRUE(node.has_value()) << yaml;
  Binder<std::vector<Input>>::bind(*node, inputs, context);
  EXPECT_FALSE(context.failed()) << yaml << ": "
                                 << (context.diagnostics().empty() ? "" : context.diagnostics()[0].message);
  return inputs;
}

Value root_context() {
  return Value::map({{"flow", Value::map({{"id", Value::string("f")}, {"namespace", Value::string("n")}})},
                     {"vars", Value::map({{"base", Value::string("from-vars")}})}});
}

struct Resolver {
  std::vector<Input> inputs;
  Value given = Value::empty_map();
  std::vector<InputAnswer> answers;
  bool encrypts = true;

  std::variant<ResolvedInputs, InputNeed> try_run() const {
    static const Reverser reverser;
    const expression::ValueContext context(root_context());
    InputRequest request;
    request.inputs = inputs;
    request.given = given;
    request.context = &context;
    request.environment.now = base::Instant::of_millis(1'700'000'000'000);
    request.encryptor = encrypts ? &reverser : nullptr;
    request.answers = answers;
    return resolve_inputs(request);
  }
  ResolvedInputs run() const {
    auto outcome = try_run();
    EXPECT_TRUE(std::holds_alternative<ResolvedInputs>(outcome));
    return std::get<ResolvedInputs>(std::move(outcome));
  }
};

ResolvedInputs resolve(std::string_view definitions, std::string_view given) {
  return Resolver{.inputs = define(definitions), .given = *syntax::parse_json(given)}.run();
}

std::string stored(std::string_view definitions, std::string_view given) {
  const ResolvedInputs resolved = resolve(definitions, given);
  if (!resolved.valid()) return "!" + resolved.message();
  return syntax::write_json(resolved.values());
}

// FLOW-22: empty text counts as not given, for every type; blanks are a value.
TEST(InputResolution, AnEmptyTextIsNotAValue) {
  for (const char* type : {"STRING", "INT", "BOOL", "DATE", "JSON", "EMAIL", "URI", "SELECT, values: [A]", "SECRET",
                           "FILE", "ARRAY, itemType: INT"}) {
    const std::string spec = std::string("[{id: x, type: ") + type;
    EXPECT_EQ(stored(spec + "}]", R"({"x": ""})"), "!Missing required input:x") << type;
    EXPECT_EQ(stored(spec + "}]", "{}"), "!Missing required input:x") << type;
    EXPECT_EQ(stored(spec + ", required: false}]", R"({"x": ""})"), R"({"x":null})") << type;
  }
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: preset}]", R"({"x": ""})"), R"({"x":"preset"})");
  EXPECT_EQ(stored("[{id: x, type: STRING}]", R"({"x": "  "})"), R"({"x":"  "})");
}

// FLOW-20, FLOW-27
TEST(InputResolution, Defaults) {
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: preset}]", "{}"), R"({"x":"preset"})");
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: preset}]", R"({"x": "mine"})"), R"({"x":"mine"})");
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: ''}]", "{}"), R"({"x":""})");
  EXPECT_EQ(stored("[{id: x, type: STRING, prefill: shown, required: false}]", "{}"), R"({"x":null})");
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: '{{ flow.namespace }}/{{ vars.base }}'}]", "{}"),
            R"({"x":"n/from-vars"})");
  EXPECT_EQ(stored("[{id: x, type: INT, defaults: 5}]", "{}"), R"({"x":5})");
  EXPECT_EQ(stored("[{id: x, type: JSON, defaults: {a: ['{{ flow.id }}', 1]}}]", "{}"), R"({"x":{"a":["f",1]}})");
  EXPECT_EQ(stored("[{id: x, type: JSON, defaults: '{\"a\": [1]}'}]", "{}"), R"({"x":{"a":[1]}})");
  EXPECT_EQ(stored("[{id: x, type: STRING, defaults: [1, 2]}]", "{}"), R"({"x":"[1,2]"})");
  EXPECT_EQ(stored("[{id: x, type: DATETIME, defaults: 2024-01-01T00:00:00Z}]", "{}"),
            R"({"x":"2024-01-01T00:00:00.000000Z"})");
  EXPECT_EQ(stored("[{id: x, type: INT, defaults: abc}]", "{}"),
            "!Invalid value for input `x`. Cause: For input string: \"abc\"");
  const ResolvedInputs resolved =
      resolve("[{id: x, type: STRING, defaults: d}, {id: y, type: STRING, defaults: d}]", R"({"y": "v"})");
  EXPECT_TRUE(resolved.inputs[0].is_default);
  EXPECT_FALSE(resolved.inputs[1].is_default);
}

// FLOW-20: only inputs that dependsOn names, in whatever order they are declared.
TEST(InputResolution, DefaultsFromOtherInputs) {
  EXPECT_EQ(stored("[{id: c, type: STRING, defaults: '{{ inputs.b }}-third', dependsOn: {inputs: [b]}}, "
                   "{id: b, type: STRING, defaults: '{{ inputs.a }}-second', dependsOn: {inputs: [a]}}, {id: a, type: "
                   "STRING, defaults: first}]",
                   R"({"a": "other"})"),
            R"({"c":"other-second-third","b":"other-second","a":"other"})");
  const ResolvedInputs blind =
      resolve("[{id: a, type: STRING}, {id: x, type: STRING, defaults: '{{ inputs.a }}!'}]", R"({"a": "v"})");
  EXPECT_FALSE(blind.valid());
  ASSERT_EQ(blind.inputs[1].errors.size(), 1U);
  EXPECT_TRUE(blind.inputs[1].errors[0].render_error);
  EXPECT_EQ(blind.inputs[1].errors[0].code, unrenderable_input);
  EXPECT_NE(blind.message().find("Invalid value for input `x`. Cause: Unable to find `a`"), std::string::npos)
      << blind.message();
}

// FLOW-27, points 1 to 3
TEST(InputResolution, Conditions) {
  const std::string definitions =
      "[{id: cloud, type: SELECT, values: [none, aws]}, {id: region, type: STRING, dependsOn: {inputs: [cloud], "
      "condition: \"{{ inputs.cloud == "
      "'aws' }}\"}}, {id: zone, type: STRING, defaults: '{{ inputs.region }}-a', dependsOn: {inputs: [region]}}]";
  EXPECT_EQ(stored(definitions, R"({"cloud": "none", "region": "sent anyway"})"), R"({"cloud":"none"})");
  EXPECT_EQ(stored(definitions, R"({"cloud": "aws"})"), "!Missing required input:region");
  EXPECT_EQ(stored(definitions, R"({"cloud": "aws", "region": "eu"})"),
            R"({"cloud":"aws","region":"eu","zone":"eu-a"})");
  // A dependency left empty disables, too.
  EXPECT_EQ(stored("[{id: a, type: STRING, required: false}, {id: x, type: STRING, dependsOn: {inputs: [a]}}]",
                   R"({"x": "sent"})"),
            R"({"a":null})");
  // What was sent for a wrong input is seen as it was sent.
  const ResolvedInputs wrong = resolve(
      "[{id: a, type: STRING, validator: '[a-z]'}, {id: x, type: STRING, defaults: '{{ inputs.a }}', dependsOn: "
      "{inputs: [a]}}]",
      R"({"a": "vvvv"})");
  EXPECT_TRUE(wrong.inputs[1].enabled);
  EXPECT_EQ(wrong.inputs[1].value, Value::string("vvvv"));
  EXPECT_EQ(wrong.message(), "Invalid value for input `a`. Cause: it must match the pattern `[a-z]`");
  // Unknown names are ignored at run time.
  EXPECT_EQ(stored("[{id: x, type: STRING, dependsOn: {inputs: [nobody]}}]", R"({"x": "v"})"), R"({"x":"v"})");
}

// FLOW-27: a boolean true is needed; what cannot be rendered disables and refuses nothing.
TEST(InputResolution, ConditionsAreBooleans) {
  for (const auto& [condition, enabled] : {std::pair("{{ true }}", true),
                                           {"{{ inputs.a == 'v' }}", true},
                                           {"true", false},
                                           {"{{ 'true' }}", false},
                                           {"{{ 1 }}", false},
                                           {"{{ inputs.nobody }}", false}}) {
    const std::string definitions =
        std::string(
            "[{id: a, type: STRING, defaults: v}, {id: x, type: STRING, dependsOn: {inputs: [a], condition: \"") +
        condition + "\"}}]";
    const ResolvedInputs resolved = resolve(definitions, R"({"x": "sent"})");
    EXPECT_TRUE(resolved.valid()) << condition;
    EXPECT_EQ(resolved.inputs[1].enabled, enabled) << condition;
    EXPECT_EQ(resolved.values().find("x") != nullptr, enabled) << condition;
  }
  const ResolvedInputs broken = resolve("[{id: x, type: STRING, dependsOn: {condition: '{{ nobody }}'}}]", "{}");
  ASSERT_EQ(broken.inputs[0].errors.size(), 1U);
  EXPECT_TRUE(broken.inputs[0].errors[0].message.starts_with("Invalid condition: Unable to find `nobody`"))
      << broken.inputs[0].errors[0].message;
  EXPECT_TRUE(broken.inputs[0].errors[0].render_error);
}

// FLOW-25
TEST(InputResolution, ChoicesFromAnExpression) {
  const std::string fruit =
      "[{id: kind, type: STRING}, {id: x, type: SELECT, expression: \"{{ inputs.kind == 'fruit' ? ['apple', 'pear'] : "
      "['red'] }}\", dependsOn: {inputs: [kind]}}]";
  EXPECT_EQ(stored(fruit, R"({"kind": "fruit", "x": "pear"})"), R"({"kind":"fruit","x":"pear"})");
  EXPECT_EQ(stored(fruit, R"({"kind": "color", "x": "pear"})"),
            "!Invalid value for input `x`. Cause: it must match the values `[red]`");
  const ResolvedInputs resolved =
      resolve("[{id: x, type: SELECT, expression: \"{{ ['x', null, 1, true] }}\"}]", R"({"x": "1"})");
  EXPECT_EQ(resolved.inputs[0].choices, (std::vector<std::string>{"x", "1", "true"}));
  EXPECT_TRUE(resolved.valid());
  EXPECT_EQ(stored("[{id: x, type: SELECT, expression: '[\"a\"]'}]", R"({"x": "a"})"),
            R"({"x":"a"})");  // [+] JSON text
  EXPECT_EQ(stored("[{id: x, type: SELECT, expression: '{{ 5 }}'}]", R"({"x": "5"})"),
            "!Invalid value for input `x`. Cause: x: Invalid expression result. Expected a list of strings");
  EXPECT_NE(stored("[{id: x, type: SELECT, expression: '{{ inputs.nobody }}'}]", R"({"x": "5"})")
                .find("x: Cannot render 'expression'. Cause: "),
            std::string::npos);
}

// FLOW-25
TEST(InputResolution, FirstChoiceAsDefault) {
  EXPECT_EQ(stored("[{id: x, type: SELECT, values: [A, B], autoSelectFirst: true}]", "{}"), R"({"x":"A"})");
  EXPECT_EQ(stored("[{id: x, type: MULTISELECT, values: [A, B], autoSelectFirst: true}]", "{}"), R"({"x":["A"]})");
  EXPECT_EQ(stored("[{id: x, type: SELECT, values: [A, B], defaults: B, autoSelectFirst: true}]", "{}"),
            R"({"x":"B"})");
  EXPECT_EQ(stored("[{id: x, type: SELECT, expression: \"{{ ['q', 'r'] }}\", autoSelectFirst: true}]", "{}"),
            R"({"x":"q"})");
  EXPECT_EQ(stored("[{id: x, type: SELECT, expression: '{{ [] }}', autoSelectFirst: true}]", "{}"),
            "!Missing required input:x");
}

// FLOW-26
TEST(InputResolution, Forms) {
  const std::string form =
      "[{id: f, type: FORM, inputs: [{id: q, type: STRING, defaults: w}, {id: r, type: INT, required: false}, {id: s, "
      "type: STRING, defaults: "
      "'{{ inputs.f.q }}!', dependsOn: {inputs: [f.q]}}]}]";
  EXPECT_EQ(stored(form, R"({"f.q": "v", "f.r": "5"})"), R"({"f":{"q":"v","r":5,"s":"v!"}})");
  EXPECT_EQ(stored(form, R"({"f": {"q": "v"}})"), R"({"f":{"q":"v","r":null,"s":"v!"}})");
  EXPECT_EQ(stored(form, R"({"q": "v"})"), R"({"f":{"q":"w","r":null,"s":"w!"}})");
  EXPECT_EQ(resolve(form, "{}").inputs[0].id, "f.q");
}

// FLOW-20
TEST(InputResolution, DotsNest) {
  EXPECT_EQ(stored("[{id: outer.text, type: STRING}, {id: outer.more.number, type: INT, defaults: 4}, {id: with-dash, "
                   "type: STRING, defaults: d}]",
                   R"({"outer.text": "deep"})"),
            R"({"outer":{"text":"deep","more":{"number":4}},"with-dash":"d"})");
}

// FLOW-28 [+], FLOW-29
TEST(InputResolution, AllErrorsAndUndeclaredNames) {
  EXPECT_EQ(stored("[{id: first, type: INT}, {id: second, type: INT, max: 3}]", R"({"first": "abc", "second": "9"})"),
            "!Invalid value for input `first`. Cause: For input string: \"abc\"\nInvalid value for input `second`. "
            "Cause: it must be less than `3`");
  const ResolvedInputs resolved = resolve("[{id: x, type: STRING}, {id: a.b, type: STRING, required: false}]",
                                          R"({"x": "v", "stranger": "s", "a": {}})");
  EXPECT_EQ(resolved.undeclared, std::vector<std::string>{"stranger"});
  EXPECT_EQ(resolved.values().find("stranger"), nullptr);
  EXPECT_EQ(stored("[]", R"({"x": 1})"), "{}");
  EXPECT_EQ(stored("[{id: x, type: STRING, required: false}]", "[1]"), R"({"x":null})");
}

// FLOW-22, FLOW-30: a secret is encrypted wherever it is shown, plain only for inputs that depend on it.
TEST(InputResolution, Secrets) {
  const std::string definitions =
      "[{id: s, type: SECRET}, {id: x, type: STRING, defaults: '{{ inputs.s | upper }}', dependsOn: {inputs: [s]}}]";
  EXPECT_EQ(stored(definitions, R"({"s": "abc"})"),
            R"({"s":{"value":"~cba","type":"io.kestra.datatype:aes_encrypted"},"x":"ABC"})");
  // One that comes from an earlier execution.
  EXPECT_EQ(stored(definitions, R"({"s": {"value": "~zyx", "type": "io.kestra.datatype:aes_encrypted"}})"),
            R"({"s":{"value":"~zyx","type":"io.kestra.datatype:aes_encrypted"},"x":"XYZ"})");
  const ResolvedInputs wrong = resolve("[{id: s, type: SECRET, validator: '[a-z]+'}]", R"({"s": "ABC"})");
  EXPECT_EQ(wrong.message(), "Invalid value for input `s`. Cause: it must match the pattern `[a-z]+`");
  EXPECT_EQ(syntax::write_json(wrong.inputs[0].value).find("ABC"), std::string::npos);
  Resolver without{.inputs = define("[{id: s, type: SECRET}]"),
                   .given = *syntax::parse_json(R"({"s": "abc"})"),
                   .answers = {},
                   .encrypts = false};
  const ResolvedInputs refused = without.run();
  EXPECT_EQ(
      refused.message(),
      "Invalid value for input `s`. Cause: Unable to use a `SECRET` input/output as encryption is not configured");
  EXPECT_EQ(refused.inputs[0].errors[0].code, no_encryption);
  EXPECT_TRUE(refused.inputs[0].value.is_null());
}

// Principle: host requests. The host is called for unknown values, one call at a time; the evaluation repeats the same
// path.
TEST(InputResolution, CallsTheHost) {
  Resolver resolver{
      .inputs = define("[{id: a, type: STRING, defaults: \"{{ kv('first') }}-{{ kv('second') }}\"}, "
                       "{id: b, type: SELECT, expression: \"{{ kv('list') }}\", defaults: \"{{ kv('first') }}\"}]")};
  std::vector<std::string> asked;
  for (int i = 0; i < 10; ++i) {
    auto outcome = resolver.try_run();
    const auto* need = std::get_if<InputNeed>(&outcome);
    if (need == nullptr) break;
    EXPECT_FALSE(need->call.function.empty());
    asked.push_back(need->part + " " + need->call.function);
    base::Result<Value> answer = Value::string("v" + std::to_string(i));
    if (need->part == "b.expression") answer = Value::list({Value::string("v3")});
    resolver.answers.push_back({need->part, {need->call, answer}});
  }
  ASSERT_EQ(asked.size(), 4U) << fmt::format("{}", fmt::join(asked, ", "));
  EXPECT_TRUE(asked[0].starts_with("a.defaults "));
  EXPECT_TRUE(asked[1].starts_with("a.defaults "));
  EXPECT_TRUE(asked[2].starts_with("b.expression "));
  EXPECT_TRUE(asked[3].starts_with("b.defaults "));
  EXPECT_EQ(syntax::write_json(resolver.run().values()), R"({"a":"v0-v1","b":"v3"})");

  resolver.answers[1].answer.result = base::fail(unrenderable_input, "no such key");
  const ResolvedInputs failed = resolver.run();
  EXPECT_FALSE(failed.valid());
  EXPECT_NE(failed.message().find("no such key"), std::string::npos) << failed.message();
}

// Hostile definitions and values: long chains, deep values.
TEST(InputResolution, LongChainsAndDeepValues) {
  std::string definitions = "[{id: i0, type: STRING, defaults: v}";
  for (int i = 1; i < 3000; ++i) {
    definitions += fmt::format(", {{id: i{}, type: STRING, defaults: v, dependsOn: {{inputs: [i{}]}}}}", i, i - 1);
  }
  EXPECT_TRUE(resolve(definitions + "]", "{}").valid());
  Value deep = Value::integer(1);
  while (base::may_nest(deep)) deep = Value::list({deep});
  const Resolver resolver{
      .inputs = define("[{id: a.b, type: JSON}, {id: c, type: STRING, defaults: x, dependsOn: {inputs: [a.b]}}]"),
      .given = Value::empty_map()};
  Resolver with_value = resolver;
  base::MapBuilder map;
  map.set("a.b", deep.items()[0]);
  with_value.given = map.build();
  const ResolvedInputs resolved = with_value.run();
  EXPECT_EQ(resolved.message(), "Invalid value for input `a.b`. Cause: the value is nested too deeply");
}

// ---- flow outputs

std::string converted(std::string_view spec, const Value& rendered, bool encrypts = true) {
  static const Reverser reverser;
  FlowOutput output;
  BindContext context(testing::test_types());
  Binder<FlowOutput>::bind(*syntax::parse_yaml("{id: o, value: v, " + std::string(spec) + "}"), output, context);
  EXPECT_FALSE(context.failed()) << spec;
  const auto value = convert_output(output, rendered, encrypts ? &reverser : nullptr);
  return value ? syntax::write_json(*value) : "!" + value.error().message();
}

// FLOW-45, FLOW-46, FLOW-48
TEST(FlowOutputs, AreConvertedByType) {
  EXPECT_EQ(converted("type: STRING", Value::string("")), "\"\"");
  EXPECT_EQ(converted("type: STRING", Value::null()), "!Invalid value for output `o`. Cause: must not be null");
  EXPECT_EQ(converted("type: STRING, required: false", Value::null()), "null");
  EXPECT_EQ(converted("type: INT", Value::string("")), "!Invalid value for output `o`. Cause: For input string: \"\"");
  EXPECT_EQ(converted("type: INT, required: false", Value::string("abc")),
            "!Invalid value for output `o`. Cause: For input string: \"abc\"");
  EXPECT_EQ(converted("type: INT", Value::integer(5)), "5");
  EXPECT_EQ(converted("type: DATETIME", Value::string("2024-01-02T04:04:05+02:00")), "\"2024-01-02T02:04:05Z\"");
  EXPECT_EQ(converted("type: ARRAY", Value::list({Value::integer(1), Value::string("a")})), "[1,\"a\"]");
  EXPECT_EQ(converted("type: ARRAY", Value::string("[1, null]")), "[1,null]");
  EXPECT_EQ(converted("type: ARRAY", Value::integer(5)).substr(0, 1), "!");
  EXPECT_EQ(converted("type: EMAIL", Value::string("x")), "\"x\"");
  EXPECT_EQ(converted("type: SELECT", Value::string("x")), "\"x\"");
  EXPECT_EQ(converted("type: MULTISELECT", Value::list({Value::integer(1)})), "[1]");
  EXPECT_EQ(converted("type: DURATION", Value::string("PT1M")), "60.0");
  EXPECT_EQ(converted("type: BOOL", Value::integer(1)), "false");
  EXPECT_EQ(converted("type: JSON", Value::map({{"a", Value::integer(1)}})), "{\"a\":1}");
  EXPECT_EQ(converted("type: URI", Value::string("abc")), "!Invalid value for output `o`. Cause: Invalid URI format.");
  // SEC-32
  EXPECT_EQ(converted("type: SECRET", Value::string("abc")),
            R"({"value":"~cba","type":"io.kestra.datatype:aes_encrypted"})");
  EXPECT_EQ(
      converted("type: SECRET", Value::string("abc"), false),
      "!Invalid value for output `o`. Cause: Unable to use a `SECRET` input/output as encryption is not configured");
  EXPECT_EQ(converted("type: FORM", Value::string("abc")).substr(0, 1), "!");
}

}  // namespace

}  // namespace gyr::model
