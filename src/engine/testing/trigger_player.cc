#include "engine/testing/trigger_player.h"

#include <gtest/gtest.h>

#include "engine/types.h"
#include "model/bind.h"
#include "model/flow_parser.h"
#include "plugin_api/test_triggers.h"
#include "plugins/plugins.h"
#include "syntax/time.h"

namespace gyr::engine::testing {
namespace {

using model::State;

base::Instant time_of(std::string_view text) {
  auto parsed = syntax::parse_api_instant(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(base::Instant{});
}

std::string text_of(base::Instant time) {
  std::string text = syntax::format_instant(time);
  if (const size_t zeros = text.find(":00Z"); zeros != std::string::npos && text.size() == 20)
    text.replace(zeros, 4, "Z");
  return text;
}

}  // namespace

TriggerPlayer::TriggerPlayer(std::string_view now, std::string_view trigger, std::string_view flow)
    : now_(time_of(now)), life_began_(now_) {
  register_engine_types(registry_);
  plugins::register_core_conditions(registry_);
  plugins::register_core_triggers(registry_);
  plugin::testing::register_test_triggers(registry_);
  define(trigger, flow);
  state_ = trigger::new_state(flow_->key(), flow_->flow().triggers[0],
                              *trigger::kind_of(flow_->flow().triggers[0], registry_));
  apply(trigger::Defined{.is_new = true});
}

void TriggerPlayer::define(std::string_view trigger, std::string_view flow) {
  std::string yaml = "id: flow\nnamespace: company.team\n";
  if (flow.find("tasks:") == std::string_view::npos)
    yaml += "tasks: [{id: stop, type: io.kestra.plugin.core.execution.Exit}]\n";
  yaml += std::string(flow) + "\ntriggers:\n  - {id: t, type: io.kestra.plugin.core.trigger." + std::string(trigger) +
          "}\n";
  auto parsed = model::parse_flow(yaml, registry_);
  ASSERT_TRUE(parsed.ok()) << parsed.first_error() << "\n" << yaml;
  auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"});
  auto compiled = CompiledFlow::compile(parsed.flow, key, registry_);
  ASSERT_TRUE(compiled.has_value()) << compiled.error().message();
  flow_ = *compiled;
}

void TriggerPlayer::save(std::string_view trigger, std::string_view flow) {
  const bool was_disabled = flow_->flow().disabled;
  define(trigger, flow);
  apply(trigger::Defined{.is_new = false, .was_flow_disabled = was_disabled});
  drain();
}

trigger::Effects TriggerPlayer::apply(trigger::Event event) {
  trigger::Answers answers;
  for (;;) {
    evaluations_ += 1;
    model::TriggerState copy = *state_;
    const base::Id id = base::IdGenerator(now_, 7, ++seed_).next();
    last = trigger::advance(copy, event,
                            {.flow = *flow_,
                             .flow_disabled = flow_->flow().disabled,
                             .spec = flow_->flow().triggers[0],
                             .settings = settings_,
                             .trigger_settings = trigger_settings,
                             .now = now_,
                             .life_began = life_began_,
                             .random_seed = seed_,
                             .new_execution = id,
                             .answers = answers});
    if (!last.question) {
      if (last.changed) state_ = std::move(copy);
      break;
    }
    auto call = last.question->call;
    answers.add(*std::move(last.question),
                host ? host(call) : base::Result<base::Value>(base::fail(expression::limit_exceeded, "no host")));
  }
  if (last.gone) state_.reset();
  for (const auto& line : last.logs) lines_.push_back(fmt::format("{} {}", model::to_text(line.level), line.message));
  if (last.evaluate) asked_.push_back(*last.evaluate);
  if (!last.ended_evaluation.is_none()) ended_.push_back(last.ended_evaluation);
  if (last.start) {
    if (last.start->failure.empty()) running_.push_back(last.start->id);
    starts_.push_back(*last.start);
  }
  return last;
}

trigger::Effects TriggerPlayer::tell(trigger::Event event) {
  trigger::Effects effects = apply(std::move(event));
  drain();
  return effects;
}

void TriggerPlayer::drain() {
  for (int i = 0; i < 100'000 && state_; ++i) {
    if (!hold && !running_.empty()) {
      end();
      continue;
    }
    if (!state_->wake_at || *state_->wake_at > now_) return;
    const auto before = state_->wake_at;
    apply(trigger::Due{});
    if (state_ && state_->wake_at == before && !last.start) return;  // waits for its execution
  }
}

void TriggerPlayer::until(std::string_view time) {
  const base::Instant target = time_of(time);
  drain();
  while (state_ && state_->wake_at && *state_->wake_at <= target && (state_->execution_id.is_none() || !hold)) {
    now_ = std::max(now_, *state_->wake_at);
    const auto before = *state_->wake_at;
    drain();
    if (state_ && state_->wake_at == before) break;
  }
  now_ = std::max(now_, target);
  drain();
}

void TriggerPlayer::down_until(std::string_view time) {
  now_ = life_began_ = time_of(time);
  drain();
}

void TriggerPlayer::set_clock(std::string_view time) { now_ = time_of(time); }

void TriggerPlayer::end(std::optional<State> state) {
  ASSERT_FALSE(running_.empty());
  const base::Id id = running_.front();
  running_.erase(running_.begin());
  apply(trigger::ExecutionEnded{id, state});
  if (hold) drain();
}

void TriggerPlayer::backfill(std::string_view start, std::string_view end, base::Value inputs,
                             std::vector<model::Label> labels) {
  trigger::CreateBackfill event{time_of(start), {}, std::move(inputs), std::move(labels)};
  if (!end.empty()) event.end = time_of(end);
  apply(std::move(event));
  if (!last.refused) drain();
}

std::string TriggerPlayer::fired() {
  std::string text;
  for (; told_ < starts_.size(); ++told_) {
    const auto& start = starts_[told_];
    if (!text.empty()) text += ' ';
    text += start.schedule_date ? text_of(*start.schedule_date) : "?";
    if (!start.failure.empty()) text += '!';
  }
  return text;
}

std::string TriggerPlayer::next() const { return state_ && state_->next ? text_of(*state_->next) : "never"; }

}  // namespace gyr::engine::testing
