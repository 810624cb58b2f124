// Helpers that several operations on flows share: their JSON, validating a source, storing it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "command/command.h"
#include "model/flow_parser.h"
#include "store/store.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/request.h"

namespace gyr::web {

// ---- JSON

enum class FlowText : uint8_t { plain, with_source, for_execution };

/// A stored revision in the form of the API (API-60, API-61); a revision that cannot be parsed any more has
/// `exception`. If the revision is not in memory, this parses the source: call it on the thread of a reader, not on the
/// loop.
base::Value flow_value(const store::FlowRow& row, const Services& services, FlowText text);
/// The same as text: T is json::Flow, json::FlowWithSource or json::FlowForExecution.
template <class T>
JsonOf<T> flow_json(const store::FlowRow& row, const Services& services) {
  constexpr auto text = std::same_as<T, json::Flow>             ? FlowText::plain
                        : std::same_as<T, json::FlowWithSource> ? FlowText::with_source
                                                                : FlowText::for_execution;
  return json_of<T>(flow_value(row, services, text));
}
/// All of a list.
template <class T>
std::vector<JsonOf<T>> flows_json(const std::vector<store::FlowRow>& rows, const Services& services) {
  std::vector<JsonOf<T>> list;
  list.reserve(rows.size());
  for (const store::FlowRow& row : rows) list.push_back(flow_json<T>(row, services));
  return list;
}

/// `{"error": …}` of `base::Error` for a flow that does not exist.
base::Error no_flow(const model::FlowKey& key);
/// The flow that `{namespace}` and another part of a path name.
model::FlowKey flow_of_path(const Request& request, std::string_view id = "id");
/// How stored and sent sources are parsed: without advice.
model::ParseOptions parse_options(const Services& services, const std::string& tenant);
/// The parsed form of a stored revision, from memory if the revision was used recently; null with the reason in
/// `exception` if it cannot be parsed. Parsing is work: call it on the thread of a reader or of the pool.
std::shared_ptr<const model::Flow> parsed_form(const store::FlowRow& row, const Services& services,
                                               std::string& exception);

// ---- storing

/// A valid source that can be stored.
struct CheckedFlow {
  std::shared_ptr<model::Flow> flow;
  store::FlowRow row;
};
/// All problems of a source, in the form of a refused request (FLOW-6).
Problem refused_flow(const model::ParsedFlow& parsed);
/// A conflict of the flow with stored data: `flow.id: Flow id already exists` (FLOW-4).
Problem refused_flow(std::string_view path, std::string_view message, base::ErrorCode code);

/// Parses and validates on the calling thread. `expected`: the identity from the path, which the source must have
/// (FLOW-4).
std::variant<CheckedFlow, Problem> check_flow_source(std::string source, const std::string& tenant,
                                                     const Services& services,
                                                     const model::FlowKey* expected = nullptr);

/// The text of the flow, from a body of YAML or JSON.
base::Task<base::Result<std::string>> read_flow_source(Request* request);

/// The result of saving.
struct SavedFlow {
  store::FlowRow row;
  bool created = false;
  bool unchanged = false;
};
using SavedOrProblem = std::variant<SavedFlow, Problem>;
/// Compiles the flow on a thread of the store's readers, then stores it with the executor.
base::Task<base::Result<executor::FlowSaved>> store_flow(Request* request, CheckedFlow checked,
                                                         executor::SaveFlow::Mode mode);
/// Validates on the pool, then stores with store_flow(). A draft is never executed, and what runs stays as it is.
base::Task<SavedOrProblem> save_flow(Request* request, std::string source, executor::SaveFlow::Mode mode,
                                     std::optional<model::FlowKey> expected, bool draft = false);

/// Stores flows side by side, a limited number at a time; the answers in the order of the flows.
base::Task<std::vector<base::Result<executor::FlowSaved>>> store_flows(Request* request, std::vector<CheckedFlow> flows,
                                                                       executor::SaveFlow::Mode mode);
/// Validates and stores sources; later ones of the same flow after earlier ones. The results in the order of the
/// sources. `stop_at_problem`: the results end with the first source that is not valid; those before it are stored.
base::Task<std::vector<SavedOrProblem>> save_flows(Request* request, std::vector<std::string> sources,
                                                   executor::SaveFlow::Mode mode, bool stop_at_problem);
/// Deletes flows side by side; the deletions, or the first error.
base::Task<base::Result<std::vector<store::FlowRow>>> delete_flows(Request* request,
                                                                   const std::vector<store::FlowRow>& flows);

/// The maximum number of flows in one request or answer.
constexpr size_t max_flows = 10'000;
/// Every flow that matches a selection, page by page, for bulk operations; limited by `limit`.
base::Result<std::vector<store::FlowRow>> all_flows(store::Reader& reader, store::FlowQuery query, size_t limit);

/// The flows that a body names; fails if they are too many.
using FlowIds = std::vector<json::FlowId>;
base::Result<std::vector<model::FlowKey>> flow_keys_of(const FlowIds& body, const std::string& tenant);

// ---- editing a source

/// The source with a top-level property set to a plain scalar; comments and everything else are preserved. Nothing if
/// the source is not a mapping that can be edited this way.
std::optional<std::string> with_property(std::string_view source, std::string_view key, std::string_view scalar);

}  // namespace gyr::web
