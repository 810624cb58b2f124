// Starting executions from a request: the form of inputs, files into storage, labels (API-80).
#pragma once

#include <span>
#include <string>

#include "executor/flow_cache.h"
#include "executor/starter.h"
#include "web/request.h"

namespace gyr::web {

/// The current revision (0) or another one that may be started; 404, or 409 where it is disabled or invalid.
base::Task<base::Result<executor::LoadedFlowPtr>> runnable_flow(Request* request, model::FlowKey key, int32_t revision);

/// The inputs a form sent, raw, by input id.
struct SentInputs {
  base::Value values;
  bool stored_files = false;  ///< below the execution's path; to be removed where it is not created
};
/// A form of inputs: those of a flow, or of a Pause.
struct InputForm {
  model::FlowKey flow;
  std::span<const model::Input> inputs;
  std::string
      folder;  ///< where files go, each to `<input>/<file name>` below it; empty: nowhere, their name stands for them
};
/// Reads the form; nothing stays in the folder where it fails.
base::Task<base::Result<SentInputs>> read_inputs(Request* request, InputForm form);
/// Reads the form. Files of FILE inputs go to storage under the new execution's id, or where `store_files` is false to
/// nowhere: their name stands for them.
base::Task<base::Result<SentInputs>> read_inputs(Request* request, executor::LoadedFlowPtr flow, base::Id execution,
                                                 bool store_files);

/// Removes what a form has stored in vain.
base::Task<void> remove_folder(Request* request, std::string tenant, std::string folder);
/// Removes what was stored under an execution that was not created.
base::Task<void> remove_files(Request* request, model::FlowKey flow, base::Id execution);

/// How an input and what its value came to are told (API-82).
base::Value input_report(const model::ResolvedInput& input);

/// `taskId[.value],…`, whatever the tasks of the flow are (EXEC-91).
std::vector<model::Breakpoint> parse_breakpoints(std::string_view text);
/// The same; each must name a task of the flow.
base::Result<std::vector<model::Breakpoint>> breakpoints_of(std::string_view text, const engine::CompiledFlow& flow);

/// `labels=key:value`, repeated (API-31).
base::Result<std::vector<model::Label>> labels_of(const std::vector<std::string_view>& texts);

/// The header `Idempotency-Key` of a start, empty where there is none: what comes again with it is answered with the
/// execution that is there. Refused where it is too long.
base::Result<std::string> idempotency_key_of(const Request& request);

/// Starter::start, awaited.
base::Task<base::Result<executor::Answer>> start(Request* request, executor::StartRequest start_request);

}  // namespace gyr::web
