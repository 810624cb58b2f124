// Steps that several operations on flows share: their JSON, checking a source, storing it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "executor/command.h"
#include "model/flow_parser.h"
#include "store/store.h"
#include "web/answers.h"
#include "web/request.h"

namespace gyr::web {

// ---- JSON

enum class FlowText : uint8_t { plain, with_source, for_execution };

/// A stored revision as the interface shows it (API-60, API-61); one that does not parse any more with its `exception`.
/// Parses the source where the revision is not in memory: on a reader's thread, not the loop's.
base::Value flow_value(const store::FlowRow& row, const Services& services, FlowText text);

/// `{"error": …}` of `base::Error` for a flow that is not there.
base::Error no_flow(const model::FlowKey& key);
/// The flow that a path names by `{namespace}` and `{id}`.
model::FlowKey flow_of_path(const Request& request);

// ---- storing

/// A source that may be stored.
struct CheckedFlow {
  std::shared_ptr<model::Flow> flow;
  store::FlowRow row;
};
/// All that is wrong with a source, as a refused save tells it (FLOW-6).
Problem refused_flow(const model::ParsedFlow& parsed);
/// A rule that the flow breaks towards what is stored: `flow.id: Flow id already exists` (FLOW-4).
Problem refused_flow(std::string_view path, std::string_view message, base::ErrorCode code);

/// Parses and checks on the calling thread. `expected`: the identity the path names, which the source must have
/// (FLOW-4).
std::variant<CheckedFlow, Problem> check_flow_source(std::string source, const std::string& tenant,
                                                     const Services& services,
                                                     const model::FlowKey* expected = nullptr);

/// The flow's own text from a body of YAML or JSON.
base::Task<base::Result<std::string>> read_flow_source(Request* request);

/// What came of saving.
struct SavedFlow {
  store::FlowRow row;
  bool created = false;
  bool unchanged = false;
};
/// Compiles on a reading thread, then stores through the executor.
base::Task<base::Result<executor::Answer>> store_flow(Request* request, CheckedFlow checked,
                                                      executor::SaveFlow::Mode mode);
/// Checks on the pool, then stores as store_flow() does.
base::Task<std::variant<SavedFlow, Problem>> save_flow(Request* request, std::string source,
                                                       executor::SaveFlow::Mode mode,
                                                       std::optional<model::FlowKey> expected);

/// Flows that one call names, or one answer looks at.
constexpr size_t max_flows = 10'000;
/// Every flow that a selection matches, page by page, for bulk operations; bounded by `limit`.
base::Result<std::vector<store::FlowRow>> all_flows(store::Reader& reader, store::FlowQuery query, size_t limit);

/// `[{namespace, id}]`.
base::Result<std::vector<model::FlowKey>> flow_keys_of(const base::Value& body, const std::string& tenant);

// ---- editing a source

/// The source with a top-level property set to a plain scalar; comments and everything else stay. Nothing where the
/// source is no mapping that can be edited so.
std::optional<std::string> with_property(std::string_view source, std::string_view key, std::string_view scalar);

}  // namespace gyr::web
