#include "web/triggers/trigger_explanation.h"

#include <fmt/format.h>

#include "command/errors.h"
#include "engine/trigger/machine.h"
#include "model/flow.h"
#include "plugin_api/webhook_trigger.h"
#include "syntax/time.h"
#include "web/triggers/trigger_values.h"

namespace gyr::web {
namespace {

std::string date_text(base::Instant date) { return syntax::format_instant(date); }

/// A possible action: on the command line or with the API.
struct Offer {
  std::string what;
  std::string command;  ///< of `gyr trigger`, without the names; empty: none
  std::string method;   ///< of the interface; empty: none
  std::string path;
};

/// Collects what keeps a trigger from firing.
class Explanation {
 public:
  Explanation(const model::FlowKey& flow, const std::string& trigger_id)
      : name_(fmt::format("{} {} {}", flow.namespace_, flow.id, trigger_id)) {}

  void wait(std::string_view for_what, std::string message, std::optional<base::Instant> until,
            const std::vector<Offer>& offers) {
    if (summary_.empty()) summary_ = message;
    json::TriggerWait& wait = waits_.emplace_back();
    wait.for_ = for_what;
    wait.text = std::move(message);
    wait.until = until;
    for (const Offer& offer : offers) {
      json::TriggerOffer& action = wait.actions.emplace_back();
      action.text = offer.what;
      if (!offer.command.empty()) action.command = fmt::format("gyr {} {}", offer.command, name_);
      if (!offer.method.empty()) action.method = offer.method;
      if (!offer.path.empty()) action.path = offer.path;
    }
  }
  void say(std::string summary) { summary_ = std::move(summary); }
  bool is_free() const { return waits_.empty(); }
  const std::string& summary() const { return summary_; }
  std::vector<json::TriggerWait> waits() { return std::move(waits_); }

 private:
  std::string name_;
  std::string summary_;
  std::vector<json::TriggerWait> waits_;
};

/// What keeps it from being evaluated at all (TRIG-152).
void explain_switches(const executor::LoadedFlow& flow, const model::TriggerSpec* spec, const store::TriggerRow* row,
                      Explanation& out) {
  if (flow.compiled == nullptr)
    out.wait("flow", "the flow cannot be read and is not started: " + flow.exception, {},
             {{"correct the flow and save it", {}, {}, {}}});
  if (flow.disabled) out.wait("flow", "the flow is disabled", {}, {{"set `disabled: false` in the flow", {}, {}, {}}});
  if (spec != nullptr && spec->disabled)
    out.wait("definition", "the trigger is disabled in its flow", {},
             {{"remove `disabled: true` from the trigger", {}, {}, {}}});
  if (row != nullptr && row->disabled) {
    std::string why = "the trigger was disabled by a user, by a Toggle task or by its `stopAfter`";
    out.wait("person", std::move(why), {}, {{"enable it", "trigger enable", "PUT", "triggers/set-disabled"}});
  }
  if (row != nullptr && row->backfill && row->backfill->paused) {
    out.wait("person",
             fmt::format("the backfill of the trigger is paused at {}; regular dates wait for its end",
                         date_text(row->backfill->current)),
             {},
             {{"resume the backfill", "trigger backfill --resume", "PUT", "triggers/backfill/unpause"},
              {"delete the backfill", "trigger backfill --delete", "POST", "triggers/backfill/delete"}});
  }
}

base::Result<void> explain_lock(store::Reader& reader, const store::TriggerRow& row, Explanation& out) {
  const std::string id = row.execution_id.to_text();
  GYR_TRY(auto execution, reader.execution(row.execution_id));
  const Offer unlock{"unlock the trigger, so that the next date starts", "trigger unlock", "POST",
                     fmt::format("triggers/{}/{}/{}/unlock", row.flow->namespace_, row.flow->id, row.trigger_id)};
  if (!execution) {
    out.wait("execution", fmt::format("the trigger waits for execution {}, which is not found", id), {}, {unlock});
    return {};
  }
  out.wait(
      "execution",
      fmt::format("the trigger waits for its execution {}, which is {}; with `allowConcurrent: true` it does not wait",
                  id, model::to_text(execution->execution.state.current())),
      {},
      {{"see what the execution waits for: gyr execution explain " + id, {}, "GET", "executions/" + id + "/explain"},
       unlock});
  return {};
}

/// Its evaluation or listener is on a worker, or waits for one.
void explain_evaluation(const store::TriggerRow& row, Explanation& out) {
  const std::string since = date_text(*row.evaluating_since);
  const std::string path = fmt::format("triggers/{}/{}/{}", row.flow->namespace_, row.flow->id, row.trigger_id);
  const Offer restart{"restart the evaluation", {}, "POST", path + "/restart"};
  if (row.worker_id.empty()) {
    return out.wait("worker", fmt::format("the trigger has waited since {} for a worker", since), {}, {restart});
  }
  if (row.kind == store::TriggerKind::realtime) {
    return out.say(
        fmt::format("worker {} has been listening since {}: each event starts an execution", row.worker_id, since));
  }
  out.wait("worker",
           fmt::format("worker {} has been evaluating the trigger since {}; the next evaluation follows one interval "
                       "after the result",
                       row.worker_id, since),
           {}, {restart});
}

/// Its worker is asked at the next date.
void explain_next_evaluation(const store::TriggerRow& row, base::Instant now, Explanation& out) {
  if (!row.next)
    return out.wait("definition", "the trigger is never evaluated: it has no `interval`", {},
                    {{"set `interval` in the trigger", {}, {}, {}}});
  const std::string date = date_text(*row.next);
  if (*row.next <= now) return out.say(fmt::format("the evaluation of {} is due and is sent to a worker now", date));
  if (row.kind == store::TriggerKind::realtime) {
    return out.wait("date", fmt::format("the listener ended or could not be started; it is restarted at {}", date),
                    row.next, {});
  }
  out.wait("date", fmt::format("the next evaluation is at {}", date), row.next, {});
}

void explain_date(const store::TriggerRow& row, base::Instant now, Explanation& out) {
  if (row.evaluating_since) return explain_evaluation(row, out);
  if (row.kind != store::TriggerKind::schedule) return explain_next_evaluation(row, now, out);
  if (row.pending.task != model::DateTask::none && row.pending.task != model::DateTask::recover_all) {
    return out.wait("server", "the next date is being computed: an expression needs the server", {}, {});
  }
  if (!row.next)
    return out.wait("definition",
                    "the trigger has no next date: its dates have passed, or its cron expression never matches", {},
                    {});
  const std::string what = row.backfill ? "the next date of the backfill" : "the next date";
  if (*row.next > now) return out.wait("date", fmt::format("{} is {}", what, date_text(*row.next)), row.next, {});
  out.say(fmt::format("{} {} is due: the trigger fires now", what, date_text(*row.next)));
}

base::Result<std::vector<json::TriggerLogLine>> last_lines(store::Reader& reader, const store::Visible& visible,
                                                           const model::FlowKey& flow, const std::string& trigger_id) {
  constexpr uint32_t max_lines = 10;
  store::LogQuery query{visible};
  query.tenant = flow.tenant;
  query.namespaces = {{store::Operator::equals, {flow.namespace_}}};
  query.flow_ids = {{store::Operator::equals, {flow.id}}};
  query.trigger_ids = {{store::Operator::equals, {trigger_id}}};
  query.descending = true;
  query.paging.size = max_lines;
  GYR_TRY(auto page, reader.search_logs(query));
  std::vector<json::TriggerLogLine> lines;
  for (auto line = page.results.rbegin(); line != page.results.rend(); ++line)
    lines.push_back({line->timestamp, std::string(model::to_text(line->level)), line->message});
  return lines;
}

}  // namespace

base::Result<json::TriggerExplanation> explain_trigger(store::Reader& reader, const store::Visible& visible,
                                                       executor::FlowCache& flows, const model::FlowKey& key,
                                                       const std::string& trigger_id, base::Instant now,
                                                       const executor::HoldSet& operator_holds) {
  GYR_TRY(auto flow, flows.get(reader, key, 0));
  if (flow == nullptr || flow->deleted)
    return base::fail(executor::flow_not_found, fmt::format("Flow of trigger {} not found", trigger_id));
  const model::TriggerSpec* spec =
      flow->compiled == nullptr ? nullptr : flow->compiled->flow().find_trigger(trigger_id);
  GYR_TRY(auto row, reader.trigger(key, trigger_id));
  if (spec == nullptr && (flow->compiled != nullptr || !row)) {
    return base::fail(executor::trigger_not_found, fmt::format("Flow {} has no trigger {}", key.id, trigger_id));
  }
  Explanation out(key, trigger_id);
  if (const auto* rule = operator_holds.ignoring(key, {})) {
    out.wait("operator",
             fmt::format("the flow is ignored: {}. Dates in this period count as missed", executor::origin_of(*rule)),
             {}, {});
  }
  explain_switches(*flow, spec, row ? &*row : nullptr, out);
  if (spec != nullptr && !engine::trigger::kind_of(*spec, flows.registry())) {
    if (out.is_free()) {
      out.say(spec->is(plugin::webhook_type)
                  ? "the trigger starts an execution for each request to its URL; it has no dates"
                  : "the trigger starts an execution when the state of other executions changes as its "
                    "conditions require; it has no dates");
    }
  } else if (!row) {
    out.wait("definition", "cannot compute the dates of the trigger; see the log for the reason", {},
             {{"correct the flow and save it", {}, {}, {}}});
  } else if (out.is_free()) {
    if (!row->execution_id.is_none() && (spec == nullptr || !spec->allow_concurrent)) {
      GYR_CHECK(explain_lock(reader, *row, out));
    } else {
      explain_date(*row, now, out);
    }
  }
  json::TriggerExplanation explained;
  GYR_TRY(explained.log, last_lines(reader, visible, key, trigger_id));
  explained.namespace_ = key.namespace_;
  explained.flow_id = key.id;
  explained.trigger_id = trigger_id;
  if (spec != nullptr) explained.type = spec->type;
  explained.summary = out.summary();
  if (row) explained.state = trigger_state(*row);
  explained.waits = out.waits();
  return explained;
}

}  // namespace gyr::web
