#include "simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "author.h"
#include "base/testing/seeded_random.h"
#include "features.h"
#include "operator.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::simulation {
namespace {

/// Faults end here, so that a history comes to its end.
constexpr int64_t faults_until_us = 120'000 * ms;
constexpr uint64_t faults_until_event = 20'000;
/// A history of more than that never comes to rest.
constexpr uint64_t max_events = 2'000'000;
constexpr size_t max_tries = 300;

/// The world of one history.
class World {
 public:
  World(const Scenario& scenario, const RunOptions& options)
      : scenario_(with_faults(scenario, options.faults)),
        options_(options),
        seeded_(mix(scenario.seed, "ids")),
        events_(base::Instant::of_micros(start_us)),
        random_(mix(scenario.seed, "world")),
        auditor_(scenario_, events_) {
    const std::shared_ptr<store::Store> rows = make_store();
    for (size_t i = 0; i < scenario_.bounds.servers; ++i) {
      Site& site = sites_.emplace_back();
      site.store = std::make_unique<FaultyStore>(events_, mix(scenario.seed, i), i, scenario_.faults, options.canary,
                                                 rows, auditor_,
                                                 StoreHooks{.crash = [this, i] { server_ends(sites_[i], true); },
                                                            .stop = [this, i] { server_ends(sites_[i], false); },
                                                            .refused = [this] { maybe_set_back(); }});
      site.fleet = std::make_unique<Fleet>(events_, scenario_, options.canary, auditor_, i);
    }
    auditor_.set_on_hold([this](base::Id id) { visit_later(id, random_.between(50, 8'000) * ms, 0); });
    operator_.emplace(events_, scenario_,
                      OperatorServices{
                          .servers = [this] { return living_servers(); },
                          .created = [this](size_t action) { return created_by(action); },
                      });
    author_.emplace(events_, scenario_, [this](const model::FlowKey& flow) { return owner_of(flow); });
    if (options.die_at != 0) sites_[0].store->die_at(options.die_at, options.die_applied);
  }
  ~World() {
    for (Site& site : sites_) {
      if (!site.server) continue;
      site.server->end(true);
      site.retired.push_back(std::move(site.server));
    }
    for (Site& site : sites_) site.retired.clear();
    sites_[0].store->close();
  }

  Outcome run() {
    save_flows();
    for (Site& site : sites_) start_server(site);
    for (size_t i = 0; i < scenario_.actions.size(); ++i) act_later(i, scenario_.actions[i].at_ms * ms, 0);
    operator_->begin();
    author_->begin();
    run_to_rest();
    if (!hopeless_) {
      calm();
      for (Site& site : sites_) server_ends(site, true);  // everything that counts is in rows
      run_to_rest();
    }
    if (auto reader = sites_[0].store->open_reader(); reader && !hopeless_) auditor_.finish(**reader);
    Outcome outcome{auditor_.violations(), auditor_.hash(), 0, events_.ran(), lives_, auditor_.bodies(), {}};
    for (Site& site : sites_) outcome.commits += site.store->commits();
    for (size_t i = 0; i < scenario_.actions.size(); ++i)
      outcome.ends.push_back(hopeless_ ? std::string() : auditor_.end_of(i));
    return outcome;
  }

 private:
  /// A server with what is its own, through its lives.
  struct Site {
    std::unique_ptr<FaultyStore> store;
    std::unique_ptr<Fleet> fleet;
    std::unique_ptr<Server> server;
    std::vector<std::unique_ptr<Server>> retired;
  };

  static Scenario with_faults(Scenario scenario, bool faults) {
    if (!faults) scenario.faults = {};
    return scenario;
  }

  std::shared_ptr<store::Store> make_store() {
    if (!options_.sqlite) return std::make_unique<MemoryStore>(events_.store_clock(), options_.canary);
    folder_.emplace();
    store::SqliteOptions options;
    options.folder = folder_->path();
    options.clock = &events_.store_clock();
    auto opened = store::open_sqlite(std::move(options));
    GYR_ASSERT(opened.has_value());
    return *std::move(opened);
  }

  void save_flows() {
    for (const auto& flow : scenario_.flows) {
      store::Batch batch;
      store::FlowRow row;
      row.key = {"main", "simulation", flow.id};
      row.source = to_yaml(flow);
      row.updated = events_.clock().now();
      if (flow.polls) batch.triggers.push_back(trigger_of(row.key));
      if (!flow.dates.empty()) batch.triggers.push_back(schedule_of(row.key));
      batch.flows.push_back(std::move(row));
      GYR_ASSERT(sites_[0].store->prepare(std::move(batch)).has_value());
    }
  }

  /// As saving the flow makes it. Whatever its execution ends with is the end of the trigger, too: a history comes to
  /// rest.
  store::TriggerRow trigger_of(const model::FlowKey& flow) {
    store::TriggerRow row;
    row.flow = std::make_shared<const model::FlowKey>(flow);
    row.trigger_id = poll_id;
    row.kind = store::TriggerKind::polling;
    row.updated = events_.clock().now();
    row.next = row.updated;
    row.wake_at = row.updated;
    for (uint8_t number = 0; number < model::state_count; ++number) {
      if (model::is_terminated(static_cast<model::State>(number)))
        row.stop_after.push_back(static_cast<model::State>(number));
    }
    return row;
  }

  store::TriggerRow schedule_of(const model::FlowKey& flow) {
    store::TriggerRow row;
    row.flow = std::make_shared<const model::FlowKey>(flow);
    row.trigger_id = schedule_id;
    row.kind = store::TriggerKind::schedule;
    row.updated = events_.clock().now();
    row.pending = {model::DateTask::first, row.updated};
    row.wake_at = row.updated;
    return row;
  }

  // ---- the server's lives

  void start_server(Site& site) {
    site.retired.clear();
    lives_ += 1;
    const auto number =
        static_cast<size_t>(std::ranges::find(sites_, &site, [](Site& each) { return &each; }) - sites_.begin());
    site.server = std::make_unique<Server>(events_, scenario_, *site.store, auditor_,
                                           Server::Identity{number, lives_, options_.canary},
                                           [this, &site] { server_ends(site, false); });
    if (calm_) site.server->calm();
    if (auto started = site.server->start(); !started)
      auditor_.fail("the server does not start: " + started.error().message());
    site.fleet->server_up(site.server->hub(), site.server->standstill());
  }

  /// Called from inside the server now and then, so it is taken apart later.
  void server_ends(Site& site, bool crash) {
    if (!site.server) {
      site.store->abandon();
      return;
    }
    if (crash) site.fleet->server_down();
    site.server->end(crash);
    if (!crash) site.fleet->server_down();
    site.retired.push_back(std::move(site.server));
    auditor_.note(lives_);
    events_.after(random_.between(10, 500) * ms, [this, &site] { start_server(site); });
  }

  void calm() {
    calm_ = true;
    for (Site& site : sites_) {
      site.store->calm();
      site.fleet->calm();
      if (site.server) site.server->calm();
    }
  }

  std::vector<Server*> living_servers() {
    std::vector<Server*> servers;
    for (Site& site : sites_) {
      if (site.server) servers.push_back(site.server.get());
    }
    return servers;
  }
  std::optional<base::Id> created_by(size_t action) const {
    const auto found = created_.find(action);
    return found == created_.end() ? std::nullopt : std::optional(found->second);
  }
  Server* owner_of(const model::FlowKey& flow) {
    for (Site& site : sites_) {
      if (site.server && site.server->has(flow)) return site.server.get();
    }
    return nullptr;
  }
  /// Nothing is to come, and somebody is there for everything.
  bool is_at_rest() const {
    if (!events_.at_rest()) return false;
    for (size_t i = 0; i < scenario_.bounds.partitions; ++i) {
      if (std::ranges::none_of(sites_, [i](const Site& site) { return site.server && site.server->runs(i); }))
        return false;
    }
    return true;
  }

  void disturb() {
    Site& site = sites_[sites_.size() > 1 ? random_.below(sites_.size()) : 0];
    if (!site.server) return;
    if (random_.chance(scenario_.faults.crash_at_once)) server_ends(site, true);
    if (random_.chance(scenario_.faults.sleeping_server) && site.server)
      site.server->stand_still(random_.between(1, 15'000) * ms);
    if (random_.chance(scenario_.faults.clock_jump)) set_clock(random_.between(-60'000, 60'000));
  }
  /// What failed is about to be done again.
  void maybe_set_back() {
    if (scenario_.faults.clock_jump > 0 && random_.chance(100)) set_clock(random_.between(-10'000, -1));
  }
  void set_clock(int64_t by_ms) {
    events_.jump(by_ms * ms);
    for (Site& each : sites_) {
      if (each.server) each.server->look_around();
    }
  }

  void run_to_rest() {
    while (auditor_.violations().empty() && !is_at_rest() && events_.run_next()) {
      if (!calm_ && (events_.now_us() > faults_until_us || events_.ran() > faults_until_event)) calm();
      if (events_.ran() > max_events) {
        hopeless_ = true;
        auditor_.fail("the history never comes to rest");
        return;
      }
      if (!calm_) disturb();
    }
    hopeless_ = hopeless_ || !auditor_.violations().empty();
  }

  // ---- clients

  void act_later(size_t index, int64_t delay_us, size_t tries) {
    if (tries >= max_tries) return;
    events_.after(delay_us, [this, index, tries] { act(index, tries); });
  }

  void act(size_t index, size_t tries) {
    const int64_t pause_us = random_.between(50, 500) * ms;
    const Action& action = scenario_.actions[index];
    Server* server =
        owner_of({"main", "simulation", names_request(action) ? scenario_.actions[action.target].flow : action.flow});
    if (server == nullptr) return act_later(index, pause_us, tries + 1);
    if (action.kind == Action::Kind::create) return create(*server, index, tries);
    if (action.kind == Action::Kind::restart_trigger) return restart_trigger(*server, action.flow);
    const auto target = target_of(action);
    if (!target) return act_later(index, pause_us, tries + 1);
    const base::Id id = *target;
    if (action.child > 0) server = owner_of(*auditor_.rows().executions.at(id).execution.flow);
    if (server == nullptr) return act_later(index, pause_us, tries + 1);
    if (action.kind == Action::Kind::kill) {
      server->submit(
          executor::KillExecution{id}, [this, index, tries, id, pause_us](base::Result<executor::Answer> answer) {
            if (!answer) return act_later(index, pause_us, tries + 1);
            const model::State state = std::get<executor::ExecutionAnswer>(*answer).execution.state.current();
            if (state == model::State::killing || state == model::State::killed) auditor_.killing(id);
          });
    } else {
      change(*server, action, index, id);
    }
  }

  /// What an action is about, if it is there.
  std::optional<base::Id> target_of(const Action& action) const {
    const auto created = created_by(action.target);
    if (!created || action.child == 0) return created;
    std::vector<base::Id> below;
    for (const auto& [id, row] : auditor_.rows().executions) {
      if (is_below(row.execution, *created)) below.push_back(id);
    }
    if (below.empty()) return std::nullopt;
    return below[(action.child - 1) % below.size()];
  }
  bool is_below(const model::Execution& execution, base::Id root) const {
    if (execution.caller_execution.is_none()) return false;
    if (execution.caller_execution == root) return true;
    const auto caller = auditor_.rows().executions.find(execution.caller_execution);
    return caller != auditor_.rows().executions.end() && is_below(caller->second.execution, root);
  }
  /// In one batch, as likely as not.
  void restart_trigger(Server& server, const std::string& flow) {
    for (int i = 0; i < 3; ++i) {
      server.submit(
          executor::ChangeTrigger{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "simulation", flow}),
                                  std::string(poll_id), engine::trigger::Restart{}},
          [](const base::Result<executor::Answer>&) {});
    }
  }

  /// Whether it can be done depends on the moment: a refusal is an answer.
  void change(Server& server, const Action& action, size_t index, base::Id id) {
    using Kind = Action::Kind;
    static constexpr model::State ends[] = {model::State::success, model::State::failed, model::State::warning,
                                            model::State::cancelled};
    const uint64_t choice = mix(mix(scenario_.seed, "choice"), index);
    const bool by_hand = action.kind == Kind::change_run || action.kind == Kind::change_state ||
                         action.kind == Kind::unqueue || action.kind == Kind::remove;
    if (by_hand) auditor_.touched(id);
    if (action.kind == Kind::force_run) auditor_.forced(id);
    auto answer = [](const base::Result<executor::Answer>&) {};
    switch (action.kind) {
      case Kind::restart: return server.submit(executor::RestartExecution{id}, answer);
      case Kind::pause: return server.submit(executor::PauseExecution{id}, answer);
      case Kind::replay:
        return server.submit(executor::ReplayExecution{.id = id, .replay = base::make_id(events_.clock().now())},
                             answer);
      case Kind::replay_run:
        if (auto run = some_run(id, choice)) {
          server.submit(
              executor::ReplayExecution{.id = id, .replay = base::make_id(events_.clock().now()), .task_run = *run},
              answer);
        }
        return;
      case Kind::change_run:
        if (auto run = some_run(id, choice))
          server.submit(executor::ChangeRunState{id, *run, ends[choice % 3]}, answer);
        return;
      case Kind::change_state: return server.submit(executor::ChangeState{id, ends[choice % 4]}, answer);
      case Kind::unqueue:
        return server.submit(
            executor::UnqueueExecution{id, choice % 2 == 0 ? model::State::running : ends[1 + 2 * (choice / 2 % 2)]},
            answer);
      case Kind::force_run: return server.submit(executor::ForceRunExecution{id}, answer);
      case Kind::remove: return server.submit(executor::DeleteExecution{.id = id}, answer);
      case Kind::create:
      case Kind::restart_trigger:
      case Kind::kill: return;
    }
  }

  std::optional<base::Id> some_run(base::Id execution, uint64_t choice) const {
    auto runs = auditor_.rows().task_runs.find(execution);
    if (runs == auditor_.rows().task_runs.end() || runs->second.empty()) return std::nullopt;
    return std::next(runs->second.begin(), static_cast<ptrdiff_t>(choice % runs->second.size()))->second.run.id;
  }

  // ---- the person who looks at what waits for somebody

  void visit_later(base::Id id, int64_t delay_us, size_t tries) {
    if (tries >= max_tries || (tries == 0 && !visits_.insert(id).second)) return;
    events_.after(delay_us, [this, id, tries] { visit(id, tries); });
  }

  void visit(base::Id id, size_t tries) {
    const int64_t pause_us = random_.between(50, 3'000) * ms;
    auto row = auditor_.rows().executions.find(id);
    if (row == auditor_.rows().executions.end()) return;
    Server* server = owner_of(*row->second.execution.flow);
    if (server == nullptr) return visit_later(id, pause_us, tries + 1);
    const model::State state = row->second.execution.state.current();
    auto again = [this, id, tries, pause_us](const base::Result<executor::Answer>&) {
      visit_later(id, pause_us, tries + 1);
    };
    const auto [waiting, by_person] = paused_runs(row->second);
    if (row->second.quarantined) {
      server->submit(executor::ReleaseExecution{id}, again);
    } else if (state == model::State::breakpoint) {
      server->submit(executor::ResumeFromBreakpoint{id, {}}, again);
    } else if (by_person) {
      server->submit(executor::ResumeExecution{id, by_person, base::Value::empty_map(), {}}, again);
    } else if (state == model::State::paused && !waiting) {  // by hand
      server->submit(executor::ResumeExecution{id, {}, base::Value::empty_map(), {}}, again);
    } else {
      visits_.erase(id);
    }
  }

  /// Whether a task of it is paused, and one of those that a person ends.
  std::pair<bool, base::Id> paused_runs(const store::ExecutionRow& row) const {
    std::pair<bool, base::Id> found;
    const PlannedFlow* flow = scenario_.find(row.execution.flow->id);
    auto runs = auditor_.rows().task_runs.find(row.execution.id);
    if (flow == nullptr || runs == auditor_.rows().task_runs.end()) return found;
    for (const auto& [position, run] : runs->second) {
      if (run.run.state.current() != model::State::paused) continue;
      found.first = true;
      const PlannedTask* task = find_task(*flow, run.run.task_id);
      if (task != nullptr && task->by_person) found.second = run.run.id;
    }
    return found;
  }

  void create(Server& server, size_t index, size_t tries) {
    const Action& action = scenario_.actions[index];
    executor::CreateExecution command;
    command.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "simulation", action.flow});
    command.id = model::make_execution_id(*command.flow, events_.clock().now());
    command.inputs = base::Value::map({{"word", base::Value::string("given")}});
    command.trace_parent = action_name(index);
    if (!action.breakpoint.empty()) command.breakpoints.push_back({.task_id = action.breakpoint});
    if (action.keyed) command.idempotency_key = action_name(index);
    const int64_t pause_us = random_.between(50, 500) * ms;
    server.submit(std::move(command),
                  [this, index, tries, pause_us, id = command.id](base::Result<executor::Answer> answer) {
                    if (answer) {
                      const auto& known = std::get<executor::ExecutionCreated>(*answer);
                      const base::Id created = known.existed ? known.execution.id : id;
                      created_.emplace(index, created);
                      auditor_.accepted(index, created);
                    } else if (scenario_.actions[index].keyed) {
                      act_later(index, pause_us, tries + 1);  // nobody knows whether it was created: the key tells
                    }
                  });
  }

  const Scenario scenario_;
  const RunOptions options_;
  base::testing::SeededRandom seeded_;
  std::optional<store::test::TemporaryFolder> folder_;
  Events events_;
  Random random_;
  Auditor auditor_;
  std::deque<Site> sites_;
  std::optional<Operator> operator_;
  std::optional<Author> author_;
  std::map<size_t, base::Id> created_;
  std::set<base::Id> visits_;  ///< executions that somebody has in view
  uint64_t lives_ = 0;
  bool calm_ = false;
  bool hopeless_ = false;
};

/// Whether the end of what this action creates may depend on who is faster, or on requests in between.
bool is_racy(const Scenario& scenario, const std::vector<PlannedList>& lists) {
  if (is_racy(lists)) return true;
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      const PlannedFlow* started = task.starts.empty() ? nullptr : scenario.find(task.starts);
      if ((started != nullptr && is_racy(scenario, started->lists)) || is_racy(scenario, task.lists)) return true;
    }
  }
  return false;
}

bool has_one_end(const Scenario& scenario, size_t action) {
  if (scenario.actions[action].kind != Action::Kind::create || scenario.stops_any() || !scenario.edits.empty())
    return false;
  if (scenario.faults.thrown + scenario.faults.failed_file > 0) return false;  // these fail what they meet
  for (const auto& other : scenario.actions) {
    if (names_request(other) && other.target == action) return false;
  }
  const PlannedFlow* flow = scenario.find(scenario.actions[action].flow);
  for (const auto& planned : scenario.flows) {
    if (planned.limit > 0 && planned.over_limit != "QUEUE") return false;  // who comes first is admitted
    if (planned.sla_behavior == "FAIL" || planned.sla_behavior == "CANCEL")
      return false;  // and how far it comes till then
  }
  return flow != nullptr && !is_racy(scenario, flow->lists);
}

}  // namespace

Outcome play(const Scenario& scenario, const RunOptions& options) { return World(scenario, options).run(); }

Outcome examine(const Scenario& scenario, const RunOptions& options, const Outcome* known) {
  Outcome outcome = play(scenario, options);
  if (!outcome.ok()) return outcome;
  if (const Outcome again = play(scenario, options); again.hash != outcome.hash) {
    outcome.violations.push_back("the same seed gave another history");
  }
  if (!scenario.faults.any() && options.die_at == 0) return outcome;
  std::optional<Outcome> played;
  if (known == nullptr) {
    RunOptions quiet = options;
    quiet.faults = false;
    quiet.die_at = 0;
    known = &played.emplace(play(scenario, quiet));
  }
  const Outcome& undisturbed = *known;
  for (const auto& violation : undisturbed.violations) outcome.violations.push_back("without any fault: " + violation);
  for (size_t i = 0; i < scenario.actions.size() && outcome.ok(); ++i) {
    // A request without a key may be refused, here or there.
    if (!has_one_end(scenario, i) || outcome.ends[i].empty() || undisturbed.ends[i].empty()) continue;
    if (outcome.ends[i] == undisturbed.ends[i]) continue;
    outcome.violations.push_back(fmt::format("request {} ended otherwise than without faults:\n    {}\n    {}", i,
                                             outcome.ends[i], undisturbed.ends[i]));
  }
  return outcome;
}

}  // namespace gyr::simulation
