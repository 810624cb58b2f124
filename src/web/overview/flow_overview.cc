// Summaries of many flows in one answer: what a list of flows shows beside each row (UI-261, UI-1063).
#include <algorithm>

#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/overview/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using Overviews = std::vector<json::FlowOverview>;

constexpr size_t max_overview_flows = 500;
constexpr int64_t max_last_runs = 50;
/// The flows of one read of the store, so that it is short.
constexpr size_t flows_a_read = 50;

json::FlowRun run_of(const model::Execution& execution) {
  const auto& state = execution.state;
  json::FlowRun run{execution.id.to_text(), std::string(model::to_text(state.current())), state.started(), {}};
  if (model::is_terminated(state.current())) run.duration = state.last_date() - state.started();
  return run;
}

/// What a person wants to see of a trigger in one word.
std::string text_of(const model::TriggerSpec& trigger) {
  if (trigger.node != nullptr) {
    for (std::string_view property : {"cron", "interval"}) {
      const syntax::Node* value = trigger.node->find(property);
      if (value != nullptr && value->is_scalar() && !value->text().empty()) return value->text();
    }
  }
  return trigger.type.substr(trigger.type.rfind('.') + 1);
}

base::Result<void> add_triggers(store::Reader& reader, executor::FlowCache& flows, const model::FlowKey& key,
                                json::FlowOverview& overview) {
  GYR_TRY(auto flow, flows.get(reader, key, 0));
  if (flow == nullptr || flow->deleted || flow->compiled == nullptr) return {};
  GYR_TRY(auto states, reader.triggers_of(key));
  for (const model::TriggerSpec& trigger : flow->compiled->flow().triggers) {
    const auto state = std::ranges::find(states, trigger.id, &store::TriggerRow::trigger_id);
    const bool has_state = state != states.end();
    const bool disabled = trigger.disabled || flow->disabled || (has_state && state->disabled);
    overview.triggers.push_back({trigger.id, trigger.type, text_of(trigger), disabled});
    if (disabled || !has_state || !state->next || trigger.object == nullptr) continue;
    if (!overview.next || *state->next < overview.next->date) overview.next = {*state->next, trigger.id};
  }
  return {};
}

/// What the caller may see of a flow, and of its executions and triggers.
struct SeenParts {
  store::Visible flows, executions;
};

base::Result<json::FlowOverview> overview_of(store::Reader& reader, const SeenParts& seen, executor::FlowCache& flows,
                                             const model::FlowKey& key, uint32_t last) {
  json::FlowOverview overview{
      .namespace_ = key.namespace_, .id = key.id, .last = {}, .runs = {}, .next = {}, .triggers = {}, .waiting = {}};
  if (!seen.flows.covers(key.namespace_) || !seen.executions.covers(key.namespace_)) return overview;
  store::ExecutionQuery query{seen.executions};
  query.tenant = key.tenant;
  query.namespaces.push_back({store::Operator::equals, {key.namespace_}});
  query.flow_ids.push_back({store::Operator::equals, {key.id}});
  query.paging.size = std::max(last, 1U);
  query.paging.count_limit = 1;
  GYR_TRY(auto page, reader.search_executions(query));
  for (const auto& row : page.results) {
    const auto& state = row.execution.state;
    if (!overview.last) overview.last = run_of(row.execution);
    if (overview.runs.size() < last) overview.runs.push_back(run_of(row.execution));
    if (state.current() == model::State::paused) overview.waiting = {"pause", state.last_date()};
  }
  GYR_TRY(auto queued, reader.queued_executions(key, 1));
  if (!queued.empty()) overview.waiting = {"slot", queued.front().since};
  GYR_CHECK(add_triggers(reader, flows, key, overview));
  return overview;
}

base::Task<base::Result<Overviews>> flows_overview(Request* request, json::FlowOverviewRequest body) {
  if (body.flows.size() > max_overview_flows)
    co_return base::fail(bad_body, fmt::format("flows: must have at most {} elements", max_overview_flows));
  if (body.last < 0 || body.last > max_last_runs)
    co_return base::fail(bad_body, fmt::format("last: must be between 0 and {}", max_last_runs));
  const SeenParts seen{request->visible(), request->visible({"EXECUTION", Action::read})};
  Overviews all;
  for (size_t from = 0; from < body.flows.size(); from += flows_a_read) {
    std::vector<model::FlowKey> keys;
    for (size_t i = from; i < body.flows.size() && i < from + flows_a_read; ++i)
      keys.push_back({request->tenant(), body.flows[i].namespace_, body.flows[i].id});
    GYR_CO_TRY(auto part, co_await request->read([keys = std::move(keys), flows = &request->services().flows, seen,
                                                  last = static_cast<uint32_t>(body.last)](
                                                     store::Reader& reader) -> base::Result<Overviews> {
      Overviews part;
      for (const auto& key : keys) {
        GYR_TRY(auto overview, overview_of(reader, seen, *flows, key, last));
        part.push_back(std::move(overview));
      }
      return part;
    }));
    std::ranges::move(part, std::back_inserter(all));
  }
  co_return all;
}

}  // namespace

std::vector<Route> flow_overview_routes() {
  return {
      {.method = Method::post,
       .path = "~/flows/overview",
       .operation = "flowsOverview",
       .summary = "Get the last runs, the triggers and the next date of each flow",
       .rule = {{"FLOW", Action::read}, of_each},
       .handler = typed<flows_overview>,
       .body = json_body},
  };
}

}  // namespace gyr::web
