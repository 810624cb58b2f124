// The flow validator with arbitrary input: a flow that is parsed without an error can be compiled.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/compiled_flow.h"
#include "engine/types.h"
#include "model/flow_parser.h"
#include "plugins/plugins.h"
#include "syntax/diagnostic.h"

namespace {

const gyr::plugin::Registry& types() {
  struct Types {
    gyr::plugin::Registry registry;
    Types() {
      gyr::engine::register_engine_types(registry);
      gyr::plugins::register_core_triggers(registry);
      gyr::plugins::register_core_conditions(registry);
    }
  };
  static const Types made;
  return made.registry;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  auto parsed = model::parse_flow(source, types());
  for (const auto& found : parsed.diagnostics) {
    if (found.span && (found.span->offset > size || found.span->end_offset > size)) std::abort();
  }
  if (!parsed.ok()) {
    if (parsed.first_error().empty()) std::abort();
    return 0;
  }
  parsed.flow->revision = 1;
  auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", parsed.namespace_, parsed.id});
  auto compiled = engine::CompiledFlow::compile(parsed.flow, key, types());
  if (!compiled && compiled.error().message().empty()) std::abort();
  return 0;
}
