// What a flow's compilation tells workers' contexts.
#include "engine/compiled_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/types.h"
#include "model/flow_parser.h"
#include "plugin_api/run_context.h"

namespace gyr::engine {
namespace {

using base::Value;

/// An object with a default that nobody writes, inside a task; it may hold another of its kind.
struct Options {
  model::Dynamic<std::string> from;
  static const model::Schema& schema() {
    static const model::Schema schema =
        model::describe<Options>("test.Options")
            .property("from", &Options::from, {.default_value = Value::string("{{ flow.namespace }}")})
            .build();
    return schema;
  }
};

struct Defaulted {
  std::optional<Options> options;
  model::Dynamic<std::string> text;
  model::Dynamic<std::string> label;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const { co_return plugin::Success{}; }
};

TEST(CompiledFlow,
     DefaultsOfPropertiesCountAsReferences) {  // NSF-31: `namespaceFiles` is {{ flow.namespace }} by default
  plugin::Registry registry;
  register_engine_types(registry);
  registry.add(plugin::task_type<Defaulted>("test.Defaulted")
                   .property("options", &Defaulted::options)
                   .property("text", &Defaulted::text)
                   .property("label", &Defaulted::label, {.default_value = Value::string("{{ labels.team }}")})
                   .build());
  auto parsed = model::parse_flow(
      "id: f\nnamespace: a.b\ntasks:\n  - {id: t, type: test.Defaulted, text: '{{ inputs.x }}', options: {}}\n",
      registry);
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  auto compiled = CompiledFlow::compile(
      parsed.flow, std::make_shared<const model::FlowKey>(model::FlowKey{"main", "a.b", "f"}), registry);
  ASSERT_TRUE(compiled.has_value());
  std::vector<std::string> roots;
  for (const auto& reference : (*compiled)->find("t")->references) roots.push_back(reference.root);
  EXPECT_THAT(roots, ::testing::UnorderedElementsAre("inputs", "flow", "labels"));
}

}  // namespace
}  // namespace gyr::engine
