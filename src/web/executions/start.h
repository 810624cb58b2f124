// Starts executions from requests: the form of inputs, files in storage, labels (API-80).
#pragma once

#include <span>
#include <string>

#include "catalog/flow_cache.h"
#include "intake/starter.h"
#include "web/executions/values.h"
#include "web/http/request.h"

namespace gyr::web {

/// The current revision (0) or another one that can be started; 404, or 409 if it is disabled or invalid.
base::Task<base::Result<executor::LoadedFlowPtr>> runnable_flow(Request* request, model::FlowKey key, int32_t revision);

/// The unparsed inputs of a form, by input id.
struct SentInputs {
  base::Value values;
  bool stored_files = false;  ///< below the path of the execution; to be deleted if the execution is not created
};
/// The inputs of a form: those of a flow, or of a Pause.
struct InputForm {
  model::FlowKey flow;
  std::span<const model::Input> inputs;
  std::string
      /// the folder of files, each at `<input>/<file name>`; empty: files are not stored, and their name is the value
      folder;
};
/// Reads the form; if it fails, nothing is left in the folder.
base::Task<base::Result<SentInputs>> read_inputs(Request* request, InputForm form);
/// Reads the form. Files of FILE inputs are stored under the id of the new execution. If `store_files` is false, they
/// are not stored, and their name is the value.
base::Task<base::Result<SentInputs>> read_inputs(Request* request, executor::LoadedFlowPtr flow, base::Id execution,
                                                 bool store_files);

/// Deletes the stored files of a form that are not used.
base::Task<void> remove_folder(Request* request, std::string tenant, std::string folder);
/// Deletes the files of an execution that was not created.
base::Task<void> remove_files(Request* request, model::FlowKey flow, base::Id execution);

/// Inputs with their resolved values (API-82).
std::vector<json::InputValidation> input_reports(std::span<const model::ResolvedInput> inputs);

/// `taskId[.value],…`, without a check against the tasks of the flow (EXEC-91).
std::vector<model::Breakpoint> parse_breakpoints(std::string_view text);
/// The same; each entry must name a task of the flow.
base::Result<std::vector<model::Breakpoint>> breakpoints_of(std::string_view text, const engine::CompiledFlow& flow);

/// `labels=key:value`, repeated (API-31).
base::Result<std::vector<model::Label>> labels_of(const std::vector<std::string>& texts);

/// The header `Idempotency-Key` of a start, or empty: later requests with the same key get the same execution. Fails if
/// it is too long.
base::Result<std::string> idempotency_key_of(const Request& request);

/// Awaits Starter::start.
base::Task<base::Result<executor::ExecutionCreated>> start(Request* request, executor::StartRequest start_request);

}  // namespace gyr::web
