// Compiled templates: kinds of rendering, references, host calls, lazy contexts.
#include "expression/template.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/clock.h"
#include "expression/testing_host.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;
using testing::text_of;

Value json(std::string_view text) { return *syntax::parse_json(text); }

Outcome render(std::string_view text, const Value& context = testing::context_k()) {
  return testing::render(text, context);
}

// EXPR-1, EXPR-1043
TEST(Template, ConstantsAreGivenAsTheyAre) {
  auto compiled = Template::compile("no template { here }");
  EXPECT_TRUE(compiled->is_constant());
  EXPECT_EQ(compiled->text(), "no template { here }");
  EXPECT_TRUE(compiled->references().empty());
  ValueContext context{Value()};
  Outcome first = compiled->render(context, {});
  Outcome second = compiled->render_typed(context, {});
  // Nothing is copied: both outcomes share one text.
  EXPECT_TRUE(first.value().same_storage(second.value()));
  EXPECT_EQ(text_of(render("")), "");
}

// EXPR-303, EXPR-304
TEST(Template, WhatWritesNothingIsNull) {
  EXPECT_TRUE(render("{{ inputs.nul }}").value().is_null());
  EXPECT_TRUE(render("{% if false %}x{% endif %}").value().is_null());
  EXPECT_TRUE(render("{% set x = 1 %}").value().is_null());
  EXPECT_FALSE(render("{{ '' }}").value().is_null());
  EXPECT_TRUE(testing::render_typed("{{ inputs.nul }}{{ inputs.nul }}", testing::context_k()).value().is_null());
}

TEST(Template, TypedRenderingKeepsTheKind) {
  EXPECT_TRUE(testing::render_typed("{{ inputs.n }}", testing::context_k()).value().is_integer());
  EXPECT_TRUE(testing::render_typed("{{ inputs.map }}", testing::context_k()).value().is_map());
  EXPECT_TRUE(testing::render_typed("{{ inputs.n }} ", testing::context_k()).value().is_string());
  EXPECT_TRUE(testing::render_typed("{{ kv('dt') }}", testing::context_k()).value().kind() == Value::Kind::instant);
}

// EXPR-7: an error of the text is kept and given when rendered.
TEST(Template, SyntaxErrorsAreKept) {
  auto compiled = Template::compile("a\nb {{ 1 + }}");
  ASSERT_NE(compiled->syntax_error(), nullptr);
  EXPECT_EQ(compiled->syntax_error()->code(), template_syntax);
  ASSERT_NE(compiled->syntax_error()->place(), nullptr);
  EXPECT_EQ(compiled->syntax_error()->place()->line, 2U);
  EXPECT_EQ(compiled->syntax_error()->place()->column, 10U);
  ValueContext context{Value()};
  Outcome outcome = compiled->render(context, {});
  ASSERT_TRUE(outcome.failed());
  EXPECT_EQ(outcome.error().message(), compiled->syntax_error()->message());
}

std::vector<std::string> references(std::string_view text) {
  std::vector<std::string> names;
  for (const Reference& reference : Template::compile(text)->references())
    names.push_back(reference.root + "." + reference.member);
  return names;
}

TEST(Template, References) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(references("{{ outputs.fetch.body }} {{ inputs['a b'].x }}"), (Names{"inputs.a b", "outputs.fetch"}));
  EXPECT_EQ(references("{{ outputs[taskrun.value].x }}"), (Names{"outputs.", "taskrun.value"}));
  EXPECT_EQ(references("{{ inputs | length }} {{ outputs.a ?? outputs.b }}"),
            (Names{"inputs.", "outputs.a", "outputs.b"}));
  EXPECT_EQ(references("{{ \"#{vars.x}\" }}{% if labels.env == 'a' %}{{ missing | default(flow.id) }}{% endif %}"),
            (Names{"flow.id", "labels.env", "missing.", "vars.x"}));
  // What is rendered at run time may read anything.
  EXPECT_EQ(references("{{ render(vars.tpl) }}"), (Names{".", "vars.tpl"}));
  EXPECT_EQ(references("{{ printContext() }}"), (Names{"."}));
  EXPECT_EQ(references("{{ _context.x }}"), (Names{".", "_context.x"}));
  // Functions that read the context themselves.
  EXPECT_EQ(references("{{ tasksWithState('FAILED') }}"), (Names{"tasks."}));
  EXPECT_EQ(references("{{ fileURI('x') }}"), (Names{"flow.namespace"}));
  EXPECT_TRUE(Template::compile("{{ kv('x') }}")->calls_host());
  EXPECT_TRUE(Template::compile("{{ true ? 1 : secret('x') }}")->calls_host());
  EXPECT_FALSE(Template::compile("{{ now() }}{{ uuid() }}")->calls_host());
}

// ---------------------------------------------------------------------------------------------- host calls

// Principle: host requests. The evaluation ends in a HostRequest and repeats the same path with one more answer.
TEST(HostCalls, EndInNeedsUntilAnswered) {
  auto compiled = Template::compile("{{ kv('a') }}-{{ kv('b', 'ns') }}-{{ kv('a') }}");
  ValueContext context{Value::empty_map()};
  Environment environment;
  std::vector<std::string> asked;
  for (const char* answer : {"1", "2", "3"}) {
    Outcome outcome = compiled->render(context, environment);
    ASSERT_TRUE(outcome.asks_host());
    const HostCall& call = outcome.needs().call;
    asked.push_back(call.function + syntax::write_json(call.arguments));
    environment.answers.push_back({call, Value::string(answer)});
  }
  EXPECT_EQ(asked,
            (std::vector<std::string>{R"(kv{"key":"a"})", R"(kv{"key":"b","namespace":"ns"})", R"(kv{"key":"a"})"}));
  // Equal calls get their answers in order.
  EXPECT_EQ(text_of(compiled->render(context, environment)), "1-2-3");
}

TEST(HostCalls, AnswersThatFitNoCallDoNoHarm) {
  auto compiled = Template::compile("{{ kv('a') }}");
  ValueContext context{Value::empty_map()};
  Environment environment;
  environment.answers.push_back({{"kv", Value::map({{"key", Value::string("other")}})}, Value::string("wrong")});
  Outcome outcome = compiled->render(context, environment);
  ASSERT_TRUE(outcome.asks_host());
  environment.answers.push_back({outcome.needs().call, Value::string("right")});
  EXPECT_EQ(text_of(compiled->render(context, environment)), "right");
}

TEST(HostCalls, OnlyReachedCallsAreMade) {
  // EXPR-373
  EXPECT_EQ(text_of(render("{{ inputs.name ?? kv('nope') }}{% if false %}{{ secret('NOPE') }}{% endif %}")), "Ada");
  EXPECT_EQ(text_of(render("{{ false and kv('nope') }}{{ true ? 1 : kv('nope') }}")), "false1");
}

TEST(HostCalls, ErrorsOfTheHostAreRaisedAtTheirPlace) {
  Outcome outcome = render("a\n  {{ kv('nope') }}");
  ASSERT_TRUE(outcome.failed());
  EXPECT_EQ(outcome.error().code(), evaluation_failed);
  EXPECT_EQ(outcome.error().message(),
            "The key 'nope' does not exist in the namespace 'company.team'. (a\n  {{ kv('nope') }}:2)");
  EXPECT_EQ(outcome.error().place()->line, 2U);
  EXPECT_EQ(outcome.error().place()->column, 6U);
  ASSERT_NE(outcome.error().cause(), nullptr);
  EXPECT_EQ(outcome.error().cause()->code().text, "GYR-TEST");
}

TEST(HostCalls, ReachThroughRenderAndLoops) {
  EXPECT_EQ(text_of(render("{{ render(\"{{ kv('str') }}\") }}")), "hello");
  EXPECT_EQ(text_of(render("{% for i in 1..3 %}{{ kv('num') + i }},{% endfor %}")), "8,9,10,");
}

TEST(HostCalls, TheTextsOfAContainerShareOneCount) {
  ValueTemplate compiled(json(R"json({"a": "{{ kv('str') }}", "b": ["{{ kv('num') }}", "{{ kv('str') }}"]})json"));
  EXPECT_TRUE(compiled.calls_host());
  ValueContext context(testing::context_k());
  Environment environment = testing::environment();
  int rounds = 0;
  Outcome outcome = testing::until_answered(environment, [&](const Environment& with) {
    ++rounds;
    return compiled.render(context, with);
  });
  EXPECT_EQ(rounds, 4);
  EXPECT_EQ(text_of(outcome), R"({"a":"hello","b":["7","hello"]})");
}

// Everything that looks random follows from the environment.
TEST(Environment, SameSeedSameResult) {
  auto compiled = Template::compile(
      "{{ uuid() }} {{ id() }} {{ ksuid() }} {{ nanoId() }} {{ randomInt(0, 1000000) }} {{ now() }} {{ uuid() }}");
  ValueContext context{Value()};
  Environment environment = testing::environment();
  std::string first = text_of(compiled->render(context, environment));
  EXPECT_EQ(first, text_of(compiled->render(context, environment)));
  environment.random_seed += 1;
  EXPECT_NE(first, text_of(compiled->render(context, environment)));
  // A time-ordered UUID: version 7, the variant, the milliseconds of `now`.
  EXPECT_EQ(first.substr(0, 13), "018df974-d57b");
  EXPECT_EQ(first[14], '7');
  EXPECT_NE(std::string_view("89ab").find(first[19]), std::string_view::npos);
}

TEST(Environment, ZoneOfTheServer) {
  auto compiled = Template::compile("{{ '2024-02-29T12:00' | date('iso_sec') }} {{ now('HH:mm') }}");
  ValueContext context{Value()};
  Environment environment = testing::environment();
  environment.time_zone = "Europe/Paris";
  EXPECT_EQ(text_of(compiled->render(context, environment)), "2024-02-29T12:00:00+01:00 11:00");
}

// ---------------------------------------------------------------------------------------------- lazy contexts

/// `outputs`: task `here` has a value, task `far` is not in memory, every other is unknown.
class Outputs final : public LazyMap {
 public:
  Lookup get(std::string_view key) const override {
    ++looked_up;
    if (key == "here") return Lookup::of(inner_);
    if (key == "plain") return Lookup::of(json(R"({"value": {"deep": 5}})"));
    if (key == "far") return Lookup::not_here();
    return Lookup::none();
  }
  std::optional<Value> materialize() const override {
    ++materialized;
    if (!complete) return std::nullopt;
    return json(R"({"here": {"value": "v"}, "plain": {"value": {"deep": 5}}})");
  }
  std::vector<std::string> names(size_t) const override { return {"here", "plain"}; }

  mutable int looked_up = 0;
  mutable int materialized = 0;
  bool complete = true;

 private:
  class Inner final : public LazyMap {
   public:
    Lookup get(std::string_view key) const override {
      return key == "value" ? Lookup::of(Value::string("v")) : Lookup::none();
    }
    std::optional<Value> materialize() const override { return json(R"({"value": "v"})"); }
  };
  Inner inner_;
};

class LazyContext final : public Context {
 public:
  Lookup root(std::string_view name) const override {
    return name == "outputs" ? Lookup::of(outputs) : (name == "far" ? Lookup::not_here() : Lookup::none());
  }
  std::vector<std::string> root_names() const override { return {"outputs"}; }
  Outputs outputs;
};

std::string lazy(const LazyContext& context, std::string_view text) {
  return text_of(Template::compile(text)->render(context, testing::environment()));
}

TEST(LazyContext, WalksWithoutMaterializing) {
  LazyContext context;
  EXPECT_EQ(lazy(context, "{{ outputs.here.value }}"), "v");
  EXPECT_EQ(lazy(context, "{{ outputs.plain.value.deep }}"), "5");
  EXPECT_EQ(lazy(context, "{{ outputs['he' ~ 're']['value'] }} {{ outputs.here['value'] }}"), "v v");
  EXPECT_EQ(lazy(context, "{{ outputs.nope.x ?? 'd' }} {{ outputs.here.nope ?? 'd' }} {{ outputs.here is defined }}"),
            "d d true");
  EXPECT_EQ(lazy(context, "{% set o = outputs.here %}{{ o.value }}"), "v");
  EXPECT_EQ(lazy(context, "{% macro m(o) %}{{ o.here.value }}{% endmacro %}{{ m(outputs) }}"), "v");
  EXPECT_EQ(lazy(context, "{{ outputs is map }} {{ outputs is null }} {{ outputs is iterable }}"), "true false false");
  EXPECT_EQ(context.outputs.materialized, 0);
}

TEST(LazyContext, MaterializesForPrintingLoopsAndFilters) {
  LazyContext context;
  EXPECT_EQ(lazy(context, "{{ outputs.here }}"), R"({"value":"v"})");
  EXPECT_EQ(lazy(context, "{% for o in outputs %}{{ o.key }};{% endfor %}"), "here;plain;");
  EXPECT_EQ(lazy(context, "{{ outputs | keys }} {{ outputs | length }} {{ outputs == outputs }} {{ outputs.size() }}"),
            R"(["here","plain"] 2 true 2)");
  EXPECT_EQ(lazy(context, "{{ 'x' ~ outputs.here }} {{ [outputs.here] }}"), R"(x{value=v} [{"value":"v"}])");
  EXPECT_GT(context.outputs.materialized, 0);
}

TEST(LazyContext, ValuesThatAreNotInMemoryEndInARequest) {
  LazyContext context;
  for (std::string_view text :
       {"{{ outputs.far.value }}", "{{ outputs.far ?? 'd' }}", "{{ outputs.far is defined }}", "{{ far }}",
        "{{ far.x | default('d') }}", "{% if far %}x{% endif %}", "{{ outputs['far'] }}"}) {
    Outcome outcome = Template::compile(text)->render(context, {});
    ASSERT_TRUE(outcome.asks_host()) << text;
    EXPECT_TRUE(outcome.needs().call.function.empty()) << text;
  }
  context.outputs.complete = false;
  EXPECT_TRUE(Template::compile("{{ outputs }}")->render(context, {}).asks_host());
  EXPECT_TRUE(Template::compile("{{ printContext() }}")->render(context, {}).asks_host());
  EXPECT_EQ(lazy(context, "{{ outputs.here.value }}"), "v");
}

// EXPR-5, EXPR-401
TEST(OverlayContext, ItsVariablesWin) {
  ValueContext below(json(R"({"a": 1, "b": 2})"));
  OverlayContext context(below, json(R"({"b": 3, "c": null})"));
  auto text = [&](std::string_view source) { return text_of(Template::compile(source)->render(context, {})); };
  EXPECT_EQ(text("{{ a }}{{ b }}{{ c }}"), "13");
  EXPECT_EQ(text("{{ d ?? 'no' }}"), "no");
  EXPECT_EQ(text("{{ printContext() }}"), R"({"a":1,"b":3})");
}

// ---------------------------------------------------------------------------------------------- containers

TEST(ValueTemplate, ConstantPartsAreShared) {
  Value source = json(R"({"a": {"b": [1, 2]}, "c": "{{ 1 + 1 }}"})");
  ValueTemplate compiled(source);
  EXPECT_FALSE(compiled.is_constant());
  ValueContext context{Value()};
  Outcome outcome = compiled.render(context, {});
  EXPECT_EQ(text_of(outcome), R"({"a":{"b":[1,2]},"c":"2"})");
  EXPECT_TRUE(outcome.value().find("a")->same_storage(*source.find("a")));
  EXPECT_TRUE(compiled.render_typed(context, {}).value().find("c")->is_integer());
  ValueTemplate constant(*source.find("a"));
  EXPECT_TRUE(constant.is_constant());
  EXPECT_TRUE(constant.render(context, {}).value().same_storage(*source.find("a")));
}

TEST(ValueTemplate, ReportsTheFirstSyntaxErrorAndReferences) {
  ValueTemplate compiled(json(R"({"a": "{{ inputs.x }}", "{{ vars.k }}": ["{{ 1 + }}", "{{ [ }}"]})"));
  ASSERT_NE(compiled.syntax_error(), nullptr);
  EXPECT_NE(compiled.syntax_error()->message().find("{{ 1 + }}"), std::string::npos);
  ASSERT_EQ(compiled.references().size(), 2U);
  EXPECT_EQ(compiled.references()[0].root, "inputs");
  EXPECT_EQ(compiled.references()[1].root, "vars");
}

// EXPR-371
TEST(Template, ManyThreadsShareATemplate) {
  auto compiled = Template::compile(
      "{% for i in inputs.list %}{{ i * 2 }};{{ render('{{ inputs.name }}') }}{{ inputs.list | jq('.[0]') | first }}{% "
      "endfor %}");
  std::vector<std::thread> threads;
  std::vector<std::string> results(4);
  for (std::string& result : results) {
    threads.emplace_back([&] {
      ValueContext context(testing::context_k());
      for (int i = 0; i < 50; ++i) result = text_of(compiled->render(context, testing::environment()));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, "2;Ada14;Ada16;Ada1");
}

}  // namespace
}  // namespace gyr::expression
