#include "web/evaluation.h"

#include "catalog/flow_cache.h"
#include "engine/context.h"
#include "engine/settings.h"
#include "executor/live_executions.h"
#include "expression/mask.h"
#include "host/host_service.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "worker/job_context.h"

namespace gyr::web {

using base::Value;

namespace {

/// Task runs of an execution that is read whole: 50 MB at most.
constexpr size_t max_runs = 50'000;
/// Host calls of one evaluation.
constexpr size_t max_answers = 1'000;

base::Result<EvaluationState> restore(store::Reader& reader, executor::FlowCache& flows, const store::Access& access,
                                      std::string_view tenant, base::Id id) {
  GYR_TRY(auto row, reader.execution(id));
  if (!row || row->execution.flow->tenant != tenant || !access.may_read(row->execution.flow->namespace_))
    return base::fail(no_execution(id.to_text()));
  GYR_TRY(auto flow, flows.of_execution(reader, *row));
  if (flow == nullptr) return base::fail(no_flow(*row->execution.flow));
  if (flow->compiled == nullptr)
    return base::fail(illegal_state, "cannot read the flow of this execution any more: " + flow->exception);
  auto state = std::make_shared<engine::ExecutionState>(flow->compiled, std::move(row->execution), false);
  GYR_CHECK(executor::restore_runs(reader, row->engine_state, *state, max_runs));
  return state;
}

/// The result of a finished rendering.
using Round = std::variant<Value, base::Error, expression::HostCall>;

Round render(const expression::Context& context, const expression::ValueTemplate& source, bool typed,
             const expression::Environment& environment) {
  auto outcome = typed ? source.render_typed(context, environment) : source.render(context, environment);
  if (outcome.ok()) return std::move(outcome.value());
  if (outcome.failed()) return outcome.error();
  return outcome.needs().call;
}

/// The mask for the expression editor: every secret is replaced by it (SEC-41, EXPR-413).
constexpr std::string_view stars = "******";

Value hidden(const Value& value) {
  if (value.is_null()) return value;
  if (value.is_list()) {
    base::ListBuilder items;
    for (const Value& item : value.items()) items.push(hidden(item));
    return items.build();
  }
  if (!value.is_map()) return Value::string(stars);
  base::MapBuilder entries;
  for (const auto& entry : value.entries()) entries.set(entry.key, hidden(entry.value));
  return entries.build();
}

/// Encrypted parts hidden; what they hide the mask learns, as it may stand elsewhere in plain (EXPR-400, EXPR-410).
base::Result<Value> opened(const Value& value, const model::Encryptor& encryptor, expression::SecretMask& mask) {
  if (!engine::contains_encrypted(value)) return value;
  if (auto text = model::encrypted_text(value)) {
    GYR_TRY(std::string plain, encryptor.decrypt(*text));
    mask.add_with_encodings(plain);
    return Value::string(stars);
  }
  if (value.is_list()) {
    base::ListBuilder items;
    for (const Value& item : value.items()) {
      GYR_TRY(Value part, opened(item, encryptor, mask));
      items.push(std::move(part));
    }
    return items.build();
  }
  base::MapBuilder entries;
  for (const auto& entry : value.entries()) {
    GYR_TRY(Value part, opened(entry.value, encryptor, mask));
    entries.set(entry.key, std::move(part));
  }
  return entries.build();
}

/// The error about a secret must not contain it.
base::Error masked(const base::Error& error, const expression::SecretMask& mask) {
  if (mask.empty()) return error;
  return base::Error(error.code(), mask.mask(error.message()));
}

}  // namespace

base::Task<base::Result<EvaluationState>> load_state(Request* request, base::Id execution) {
  return request->read(
      [flows = &request->services().flows, access = request->access(), tenant = request->tenant(),
       execution](store::Reader& reader) { return restore(reader, *flows, access, tenant, execution); });
}

base::Task<base::Result<Value>> evaluate(Request* request, EvaluationState state, base::Id task_run,
                                         std::shared_ptr<const expression::ValueTemplate> source, bool typed) {
  const engine::RunState* run = task_run.is_none() ? nullptr : state->find(task_run);
  const engine::Settings& settings = request->services().engine;
  expression::Environment environment;
  environment.now = request->services().clock.now();
  environment.random_seed = base::secure_random();
  environment.recursive_rendering = settings.recursive_rendering;
  expression::SecretMask mask;
  std::optional<worker::JobContext> plain;  // set if the context contains an encrypted value
  const executor::HostScope scope{*state->flow().key(), state->execution().id, task_run};
  for (;;) {
    // A template of a user can take long, so it does not run on the loop.
    GYR_CO_TRY(
        Round round, co_await on_pool<Round>(&request->services().work, &request->loop(), [&]() -> base::Result<Round> {
          if (plain) return render(*plain, *source, typed, environment);
          return render(engine::ExecutionContext(*state, run, settings, environment), *source, typed, environment);
        }));
    if (auto* value = std::get_if<Value>(&round)) co_return mask.empty() ? std::move(*value) : mask.mask(*value);
    if (auto* error = std::get_if<base::Error>(&round)) co_return base::fail(masked(*error, mask));
    auto call = std::get<expression::HostCall>(std::move(round));
    if (call.function.empty() && !plain && settings.encryptor != nullptr) {
      const engine::ExecutionContext context(*state, run, settings, environment);
      GYR_CO_TRY(Value roots, opened(context.for_worker(source->references()), *settings.encryptor, mask));
      plain.emplace(std::move(roots));
      continue;
    }
    if (call.function.empty() && plain && plain->missing()) {
      const worker::JobContext::Missing part = *plain->missing();
      call = {"context.member", Value::map({{"root", Value::string(part.root)},
                                            {"name", Value::string(part.task)},
                                            {"loops", Value::integer(part.loops)}})};
      GYR_CO_TRY(Value whole, co_await answer_of<Value>(&request->loop(),
                                                        [host = &request->services().host, scope, call](auto done) {
                                                          host->call(scope, call, std::move(done));
                                                        }));
      GYR_CO_TRY(whole, opened(whole, *settings.encryptor, mask));
      plain->complete(part, std::move(whole));
      continue;
    }
    if (call.function.empty() || environment.answers.size() >= max_answers) {
      co_return base::fail(expression::limit_exceeded,
                           "the expression needs a request to the server that is not available here");
    }
    auto answer = co_await answer_of<Value>(
        &request->loop(),
        [host = &request->services().host, scope, call](auto done) { host->call(scope, call, std::move(done)); });
    if (answer && expression::gives_secrets(call.function)) {
      mask.add_texts(*answer);
      answer = hidden(*answer);
    }
    environment.answers.push_back({std::move(call), std::move(answer)});
  }
}

}  // namespace gyr::web
