#include "faulty_store.h"

#include <algorithm>
#include <stdexcept>

#include "faulty_reader.h"
#include "sabotage.h"

namespace gyr::simulation {

FaultyStore::FaultyStore(Events& events, uint64_t seed, size_t site, const Faults& faults, Canary canary,
                         std::shared_ptr<store::Store> below, Auditor& auditor, StoreHooks hooks)
    : events_(events),
      random_(mix(seed, "store")),
      site_(site),
      faults_(faults),
      canary_(canary),
      below_(std::move(below)),
      auditor_(auditor),
      hooks_(std::move(hooks)) {}

void FaultyStore::commit(store::Batch batch, Done done) {
  auditor_.proposed(site_, batch);
  if (canary_ == Canary::early_answer) {
    // Answered on the spot, written a while later: a crash in between is all it takes.
    done({});
    done = [](base::Result<void>) {};
  }
  queue_.push_back({std::move(batch), std::move(done)});
  if (!writing_) schedule();
}

void FaultyStore::schedule() {
  writing_ = true;
  int64_t delay_us = random_.between(50, 2'000);
  if (!calm_ && random_.chance(faults_.slow_commit)) {
    // So long that another server has taken over meanwhile, where there is one.
    delay_us = random_.between(50'000, faults_.sleeping_server > 0 ? 10'000'000 : 3'000'000);
  }
  events_.after(delay_us, [this, turn = turn_] {
    if (turn == turn_) write();
  });
}

base::Result<void> FaultyStore::apply_front() {
  store::Batch batch = queue_.front().batch;  // a copy: what is refused may be looked at again
  if (canary_ == Canary::lost_commit && random_.chance(20)) return {};
  sabotage(canary_, random_, batch);
  base::Result<void> outcome = below_->commit_and_wait(batch);
  if (outcome) auditor_.committed(batch);
  return outcome;
}

void FaultyStore::answer_front(base::Result<void> outcome) {
  Waiting waiting = std::move(queue_.front());
  queue_.pop_front();
  waiting.done(std::move(outcome));
}

bool FaultyStore::suffer_sweep() {
  if (dies_at_ == 0 || commits_ != dies_at_) return false;
  if (dies_applied_) (void)apply_front();
  hooks_.crash();
  return true;
}

bool FaultyStore::suffer() {
  if (suffer_sweep()) return true;
  if (calm_) return false;
  if (events_.now_us() < full_until_us_ || random_.chance(faults_.full_disk)) {
    if (events_.now_us() >= full_until_us_) full_until_us_ = events_.now_us() + random_.between(100'000, 5'000'000);
    answer_front(base::fail(store::store_full, "simulated: no space left"));
    return true;
  }
  if (random_.chance(faults_.refused_commit)) {
    answer_front(base::fail(store::store_failed, "simulated: not written"));
    hooks_.refused();
    return true;
  }
  if (is_rejected(queue_.front().batch)) {
    answer_front(base::fail(store::batch_too_large, "simulated: too large"));
    return true;
  }
  if (random_.chance(faults_.crash_before_commit)) {
    hooks_.crash();
    return true;
  }
  if (random_.chance(faults_.crash_after_commit)) {
    (void)apply_front();
    hooks_.crash();
    return true;
  }
  if (random_.chance(faults_.unknown_commit)) {
    if (random_.chance(500)) {
      auto outcome = apply_front();
      if (random_.chance(500)) answer_front(std::move(outcome));
    }
    hooks_.stop();
    return true;
  }
  return false;
}

bool FaultyStore::is_rejected(const store::Batch& batch) {
  const auto changes = [&batch](base::Id id) {
    const auto is_of = [id](const auto& row) { return row.execution_id == id; };
    const auto is_it = [id](const auto& row) { return row.execution.id == id; };
    return std::ranges::any_of(batch.executions, is_it) || std::ranges::any_of(batch.task_runs, is_of) ||
           std::ranges::any_of(batch.new_task_runs, is_of);
  };
  if (rejected_) {
    const bool is_held_back = std::ranges::any_of(
        batch.executions, [this](const auto& row) { return row.execution.id == rejected_ && row.quarantined; });
    if (is_held_back || events_.now_us() >= rejected_until_us_) rejected_ = {};
  }
  if (!rejected_ && !batch.executions.empty() && random_.chance(faults_.rejected_batch)) {
    const store::ExecutionRow& row = batch.executions[random_.below(batch.executions.size())];
    if (!row.quarantined && rejected_before_.insert(row.execution.id).second) {
      rejected_ = row.execution.id;
      rejected_until_us_ = events_.now_us() + random_.between(1'000, 5'000'000);
    }
  }
  return rejected_ && changes(rejected_);
}

base::Result<std::unique_ptr<store::Reader>> FaultyStore::open_reader() {
  GYR_TRY(auto reader, below_->open_reader());
  if (faults_.unreadable + faults_.thrown == 0) return reader;
  return make_faulty_reader(std::move(reader), [this] { return before_read(); });
}

base::Result<void> FaultyStore::before_read() {
  if (calm_ || !in_turn_) return {};
  if (random_.chance(faults_.unreadable)) return base::fail(store::store_failed, "simulated: cannot be read");
  if (random_.chance(faults_.thrown)) throw std::runtime_error("simulated: nobody expected it");
  return {};
}

void FaultyStore::write() {
  commits_ += 1;
  const uint64_t turn = turn_;
  if (!suffer()) answer_front(apply_front());
  if (turn != turn_) return;  // the server has ended meanwhile
  writing_ = false;
  if (!queue_.empty()) schedule();
}

void FaultyStore::abandon() {
  turn_ += 1;
  writing_ = false;
  auto queue = std::exchange(queue_, {});
  for (auto& waiting : queue) waiting.done(base::fail(store::store_unknown, "simulated: the server ended"));
}

}  // namespace gyr::simulation
