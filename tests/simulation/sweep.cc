#include "sweep.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace gyr::simulation {
namespace {

/// What the deaths of one seed have in common.
struct Seed {
  Scenario scenario;
  Outcome undisturbed;
};

/// Hands out places to the threads, the lowest that is ready first. The deaths of a seed are ready when its own history
/// was played.
class Sweep {
 public:
  Sweep(const SweepOptions& options, const ScenarioOf& scenario_of, Totals& totals, const Seen& seen)
      : options_(options), scenario_of_(scenario_of), totals_(totals), seen_(seen) {}

  std::optional<Failure> run() {
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < options_.threads; ++i) {
        threads.emplace_back([this] {
          while (auto work = take()) play_one(*std::move(work));
        });
      }
    }
    return std::move(failure_);
  }

 private:
  struct Work {
    Place place;
    std::shared_ptr<const Seed> seed;  ///< null: the seed's own history
    bool operator<(const Work& other) const { return place < other.place; }
  };

  /// Waits while others may still make something ready. None: all is done.
  std::optional<Work> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      // What stands behind a failure does not count any more.
      if (failure_) ready_.erase(ready_.lower_bound({failure_->place, nullptr}), ready_.end());
      if (!ready_.empty()) {
        Work work = std::move(ready_.extract(ready_.begin()).value());
        under_way_ += 1;
        return work;
      }
      if (begun_ < options_.seeds && !failure_) {
        under_way_ += 1;
        return Work{{options_.first_seed + begun_++, 0, false}, nullptr};
      }
      if (under_way_ == 0) return std::nullopt;
      changed_.wait(lock);
    }
  }

  void play_one(Work work) {
    Outcome outcome;
    std::set<Work> deaths;
    if (work.seed == nullptr) {
      outcome = play_seed(work.place.seed, deaths);
    } else {
      RunOptions dying = quiet();
      dying.die_at = work.place.die_at;
      dying.die_applied = work.place.die_applied;
      outcome = examine(work.seed->scenario, dying, &work.seed->undisturbed);
      totals_.add(outcome);
    }
    std::lock_guard lock(mutex_);
    under_way_ -= 1;
    ready_.merge(deaths);
    const bool is_first = !failure_ || work.place < failure_->place;
    if (!outcome.ok() && is_first) failure_.emplace(work.place, std::move(outcome));
    changed_.notify_all();
  }

  Outcome play_seed(uint64_t number, std::set<Work>& deaths) {
    const auto seed = std::make_shared<Seed>();
    seed->scenario = scenario_of_(number);
    const Scenario& scenario = seed->scenario;
    if (options_.deaths) seed->undisturbed = play(scenario, quiet());
    Outcome outcome = examine(scenario, options_.run, options_.deaths ? &seed->undisturbed : nullptr);
    totals_.add(outcome);
    if (options_.run.sqlite && outcome.ok()) {
      RunOptions memory = options_.run;
      memory.sqlite = false;
      if (play(scenario, memory).hash != outcome.hash)
        outcome.violations.push_back("the store in memory gave another history than SQLite");
    }
    if (seen_) seen_(scenario, outcome);
    if (!options_.deaths || !outcome.ok()) return outcome;
    const uint64_t commits = seed->undisturbed.commits, most = options_.max_deaths;
    const uint64_t stride = most == 0 ? 1 : std::max<uint64_t>(1, (commits + most - 1) / most);
    for (uint64_t commit = 1; commit <= commits; commit += stride) {
      for (bool applied : {false, true}) deaths.insert({{number, commit, applied}, seed});
    }
    return outcome;
  }

  RunOptions quiet() const {
    RunOptions quiet = options_.run;
    quiet.faults = false;
    return quiet;
  }

  const SweepOptions& options_;
  const ScenarioOf& scenario_of_;
  Totals& totals_;
  const Seen& seen_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Work> ready_;
  uint64_t begun_ = 0;      ///< seeds
  uint64_t under_way_ = 0;  ///< histories
  std::optional<Failure> failure_;
};

}  // namespace

void Totals::add(const Outcome& outcome) {
  histories += 1;
  events += outcome.events;
  commits += outcome.commits;
  lives += outcome.lives;
  bodies += outcome.bodies;
}

std::optional<Failure> sweep(const SweepOptions& options, const ScenarioOf& scenario_of, Totals& totals,
                             const Seen& seen) {
  return Sweep(options, scenario_of, totals, seen).run();
}

}  // namespace gyr::simulation
