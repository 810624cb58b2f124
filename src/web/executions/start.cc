#include "web/executions/start.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "model/flow_json.h"
#include "model/input.h"
#include "model/labels.h"
#include "storage/storage.h"
#include "web/file_store.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/forms.h"

namespace gyr::web {

using base::Value;

base::Task<base::Result<executor::LoadedFlowPtr>> runnable_flow(Request* request, model::FlowKey key,
                                                                int32_t revision) {
  // In memory for every start but the first.
  if (auto cached = request->services().flows.cached(key, revision);
      cached && !cached->deleted && !cached->disabled && cached->compiled) {
    co_return cached;
  }
  co_return co_await answer_of<executor::LoadedFlowPtr>(
      &request->loop(), [starter = &request->services().starter, key, revision](auto done) {
        starter->runnable_flow(key, revision, std::move(done));
      });
}

base::Result<std::vector<model::Label>> labels_of(const std::vector<std::string>& texts) {
  std::vector<model::Label> labels;
  for (std::string_view text : texts) {
    auto label = model::parse_label(text);
    if (!label || label->key.empty())
      return base::fail(bad_argument, fmt::format("labels: `{}` does not have the form `key:value`", text));
    if (std::ranges::any_of(label->key, [](unsigned char c) { return c <= ' '; })) {
      return base::fail(bad_argument, fmt::format("labels: the key `{}` contains white space", label->key));
    }
    if (model::find_label(labels, label->key) != nullptr)
      return base::fail(bad_argument, fmt::format("labels: the key `{}` occurs twice", label->key));
    labels.push_back(*std::move(label));
  }
  return labels;
}

namespace {

/// Longer keys would only use more space in every batch.
constexpr size_t max_idempotency_key = 200;

/// Finds inputs by the names under which values are sent.
class InputNames {
 public:
  explicit InputNames(std::span<const model::Input> inputs) : inputs_(model::expand_inputs(inputs)) {}

  const model::Input* find(std::string_view name) const {
    const auto found = std::ranges::find(inputs_, name, &model::NamedInput::id);
    return found == inputs_.end() ? nullptr : found->input;
  }
  /// The name of the input a file part is for: its own, or as older clients send it `files`, with the input's id as the
  /// name of the file.
  std::string of_file(const net::PartHead& part) const {
    if (find(part.name) == nullptr && part.name == "files" && part.file_name && find(*part.file_name) != nullptr)
      return *part.file_name;
    return part.name;
  }

 private:
  std::vector<model::NamedInput> inputs_;
};

bool takes_list(model::InputType type) {
  return type == model::InputType::multiselect || type == model::InputType::array;
}

/// What reading a form needs to know while it reads.
struct FormReading {
  Request* request;
  const InputForm& form;
  InputNames names;
  bool stored = false;
  std::vector<std::string> file_inputs;  ///< names of the inputs whose files were stored, in order of the parts
};

base::Task<base::Result<std::string>> take_file(FormReading* reading, net::PartHead part,
                                                std::unique_ptr<net::BodyReader> content) {
  const std::string name = reading->names.of_file(part);
  const model::Input* input = reading->names.find(name);
  reading->file_inputs.push_back(name);
  if (input == nullptr) co_return std::string();  // undeclared: dropped with a warning, its content is skipped
  if (input->type != model::InputType::file) {
    // Some clients send bytes for any input.
    co_return co_await content->all(reading->request->settings().limits.text_bytes);
  }
  // The older form has the id of the input where the name of the file belongs (STOR-40).
  const bool former = part.name != name;
  const std::string former_name = name + (input->extension.empty() ? ".upl" : input->extension);
  const std::string file_name = former                                       ? former_name
                                : part.file_name && !part.file_name->empty() ? *part.file_name
                                                                             : name;
  if (reading->form.folder.empty()) co_return file_name;
  reading->stored = true;
  GYR_CO_TRY(auto stored,
             co_await store_file(&reading->request->services(), &reading->request->loop(), reading->form.flow.tenant,
                                 fmt::format("{}/{}/{}", reading->form.folder, name, file_name), content.get()));
  if (stored.size == 0) co_return base::fail(bad_argument, fmt::format("{}: the file `{}` is empty", name, file_name));
  co_return stored.uri;
}

}  // namespace

base::Task<base::Result<SentInputs>> read_inputs(Request* request, executor::LoadedFlowPtr flow, base::Id execution,
                                                 bool store_files) {
  const model::FlowKey& key = *flow->key;
  std::string folder =
      store_files ? storage::execution_path(key.namespace_, key.id, execution) + "/inputs" : std::string();
  co_return co_await read_inputs(request, InputForm{key, flow->compiled->flow().inputs, std::move(folder)});
}

base::Task<base::Result<SentInputs>> read_inputs(Request* request, InputForm form) {
  SentInputs sent{Value::empty_map(), false};
  if (!request->is_form()) co_return sent;
  FormReading reading{request, form, InputNames(form.inputs), false, {}};
  auto entries =
      co_await read_entries(request, {}, [&reading](net::PartHead part, std::unique_ptr<net::BodyReader> content) {
        return take_file(&reading, std::move(part), std::move(content));
      });
  sent.stored_files = reading.stored;
  if (!entries) {
    base::Error error = entries.error();
    if (sent.stored_files) co_await remove_folder(request, form.flow.tenant, form.folder);
    co_return base::fail(std::move(error));
  }
  std::map<std::string, base::ListBuilder> lists;
  base::MapBuilder values;
  size_t file = 0;
  for (auto& entry : *entries) {
    const std::string name = entry.file_name ? reading.file_inputs[file++] : std::move(entry.name);
    const model::Input* input = reading.names.find(name);
    if (entry.file_name && input == nullptr) {
      base::log::warn("File {} was provided for workflow {}.{} but isn't declared in the workflow inputs", name,
                      form.flow.namespace_, form.flow.id);
      continue;
    }
    Value value = Value::string(entry.value);
    if (input != nullptr && takes_list(input->type)) {
      auto& list = lists[name];
      list.push(value);
      if (list.size() > 1) value = Value::list(list.items());
    }
    values.set(name, std::move(value));
  }
  sent.values = values.build();
  co_return sent;
}

base::Task<void> remove_folder(Request* request, std::string tenant, std::string folder) {
  auto removed = co_await on_pool<bool>(
      &request->services().work, &request->loop(),
      [storage = &request->services().storage, tenant, folder] { return storage->remove(tenant, folder); });
  if (!removed) base::log::warn("cannot delete unused files in {}: {}", folder, removed.error().message());
}

base::Task<void> remove_files(Request* request, model::FlowKey flow, base::Id execution) {
  co_await remove_folder(request, flow.tenant, storage::execution_path(flow.namespace_, flow.id, execution));
}

std::vector<json::InputValidation> input_reports(std::span<const model::ResolvedInput> inputs) {
  std::vector<json::InputValidation> reports;
  for (const model::ResolvedInput& input : inputs) {
    json::InputValidation report;
    report.input.value = model::input_to_value(*input.input, input.id, input.choices ? &*input.choices : nullptr);
    report.value = input.value;
    report.enabled = input.enabled;
    report.is_default = input.is_default;
    if (!input.errors.empty()) report.errors.emplace();
    for (const auto& error : input.errors)
      report.errors->push_back({error.message, error.render_error ? std::optional(true) : std::nullopt});
    reports.push_back(std::move(report));
  }
  return reports;
}

std::vector<model::Breakpoint> parse_breakpoints(std::string_view text) {
  std::vector<model::Breakpoint> breakpoints;
  for (std::string_view part : base::split(text, ',')) {
    std::string_view entry = base::trim(part);
    if (entry.empty()) continue;
    // Ids of tasks contain no dots: the text after the first dot is the value.
    const size_t dot = entry.find('.');
    model::Breakpoint breakpoint;
    breakpoint.task_id = entry.substr(0, dot);
    breakpoint.has_value = dot != std::string_view::npos;
    if (breakpoint.has_value) breakpoint.value = entry.substr(dot + 1);
    breakpoints.push_back(std::move(breakpoint));
  }
  return breakpoints;
}

base::Result<std::vector<model::Breakpoint>> breakpoints_of(std::string_view text, const engine::CompiledFlow& flow) {
  auto breakpoints = parse_breakpoints(text);
  for (const model::Breakpoint& breakpoint : breakpoints) {
    if (flow.find(breakpoint.task_id) != nullptr) continue;
    return base::fail(
        base::Error(bad_argument, fmt::format("breakpoints: the flow has no enabled task `{}`", breakpoint.task_id))
            .with_hint("name the tasks as `taskId` or `taskId.value`, separated by commas"));
  }
  return breakpoints;
}

base::Result<std::string> idempotency_key_of(const Request& request) {
  const auto key = request.headers().get("Idempotency-Key");
  if (!key) return std::string();
  if (key->size() > max_idempotency_key) {
    return base::fail(bad_argument, fmt::format("Idempotency-Key: longer than {} characters", max_idempotency_key));
  }
  return std::string(*key);
}

base::Task<base::Result<executor::ExecutionCreated>> start(Request* request, executor::StartRequest start_request) {
  co_return co_await answer_of<executor::ExecutionCreated>(
      &request->loop(), [starter = &request->services().starter, start_request = std::move(start_request)](
                            executor::ReplyTo<executor::CreateExecution> reply) mutable {
        starter->start(std::move(start_request), std::move(reply));
      });
}

}  // namespace gyr::web
