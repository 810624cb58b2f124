// parse_flow on bytes: every source ends in a flow or in findings with places inside it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/flow_json.h"
#include "model/flow_parser.h"
#include "model/test_types.h"
#include "syntax/diagnostic.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto& types = model::testing::test_types();
  const model::ParsedFlow parsed = model::parse_flow(source, types);
  const bool told = model::validation_constraints(parsed).has_value();
  if (parsed.ok() == told) std::abort();
  if (parsed.ok()) model::flow_to_value(*parsed.flow, types);
  for (const auto& found : parsed.diagnostics) {
    if (found.span && (found.span->offset > source.size() || found.span->end_offset > source.size())) std::abort();
  }
  syntax::print_diagnostics(parsed.diagnostics, "fuzz.yaml", source);
  model::strip_revision_line(source);
  return 0;
}
