#include "fleet.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace gyr::simulation {
namespace {

using base::Value;
using model::State;

constexpr std::string_view list_address = "kestra:///list/";

/// The list of batches at an address that says how many there are.
std::string batches_of(std::string_view address) {
  std::string lines;
  const int count = std::atoi(std::string(address.substr(list_address.size())).c_str());
  for (int i = 0; i < count; ++i) lines += fmt::format("kestra:///batch-{}\n", i);
  return lines;
}

constexpr std::string_view lines_address = "kestra:///lines/";

std::string lines_of(std::string_view address) {
  const int count = std::atoi(std::string(address.substr(lines_address.size())).c_str());
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "\"v\"\n";
  return lines;
}

/// `{{ read('…') }}` of a list of batches, `{{ kv('yes') }}` and `{{ kv('no') }}` anywhere in a value, as the server
/// would answer.
Value rendered(const Value& source) {
  if (source.is_string()) {
    if (const auto list = source.text().find(list_address); list != std::string_view::npos)
      return Value::string(batches_of(source.text().substr(list)));
    if (source.text().find("kv('yes')") != std::string_view::npos) return Value::string("true");
    if (source.text().find("kv('no')") != std::string_view::npos) return Value::string("false");
    return source;
  }
  if (source.is_list()) {
    base::ListBuilder list;
    for (const Value& item : source.items()) list.push(rendered(item));
    return list.build();
  }
  return source;
}

}  // namespace

/// The server's end of one connection.
class Fleet::WorkerLink final : public protocol::Link {
 public:
  WorkerLink(Fleet& fleet, size_t worker, uint64_t connection)
      : fleet_(fleet), worker_(worker), connection_(connection) {}
  protocol::Sent send(const protocol::Frame& frame) override { return fleet_.to_worker(worker_, connection_, frame); }
  size_t queued_bytes() const override { return 0; }

 private:
  Fleet& fleet_;
  size_t worker_;
  uint64_t connection_;
};

Fleet::Fleet(Events& events, const Scenario& scenario, Canary canary, Auditor& auditor, size_t number)
    : events_(events),
      scenario_(scenario),
      canary_(canary),
      auditor_(auditor),
      random_(mix(scenario.seed, number == 0 ? "fleet" : "other fleet")),
      number_(number) {
  workers_.resize(scenario.bounds.workers);
  for (size_t i = 0; i < workers_.size(); ++i) new_process(i);
}

Fleet::~Fleet() = default;

size_t Fleet::running() const {
  size_t count = 0;
  for (const auto& worker : workers_) count += worker.running.size();
  return count;
}

void Fleet::new_process(size_t index) {
  Worker& worker = workers_[index];
  worker.process += 1;
  worker.id = fmt::format("worker-{}-{}-{}", number_, index, worker.process);
  worker.connection = 0;
  worker.running.clear();
  worker.kept.clear();
}

void Fleet::server_up(executor::WorkerHub& hub, const Standstill& sleep) {
  hub_ = &hub;
  sleep_ = &sleep;
  server_ += 1;
  for (size_t i = 0; i < workers_.size(); ++i) connect_later(i, random_.between(0, 300 * ms));
}

void Fleet::server_down() {
  hub_ = nullptr;
  server_ += 1;
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i].connection = 0;
    if (calm_ || !random_.chance(scenario_.faults.surviving_worker)) new_process(i);
  }
}

void Fleet::connect_later(size_t index, int64_t delay_us) {
  events_.after(delay_us, [this, index, server = server_] {
    if (server == server_) connect(index);
  });
}

void Fleet::connect(size_t index) {
  Worker& worker = workers_[index];
  if (hub_ == nullptr || worker.connection != 0) return;
  worker.connection = ++connections_;
  worker.socket.clear();
  links_.push_back(std::make_unique<WorkerLink>(*this, index, worker.connection));
  hub_->connect(worker.id, *links_.back(), scenario_.bounds.capacity);
  // What was not acknowledged is sent again; of most of it the server knows nothing any more.
  for (const auto& [key, result] : std::map(worker.kept)) to_server(index, result);
}

void Fleet::break_link(size_t index) {
  Worker& worker = workers_[index];
  worker.connection = 0;
  events_.after(random_.between(1, 100) * ms, [this, id = worker.id, server = server_] {
    if (server == server_ && hub_ != nullptr) hub_->disconnect(id);
  });
  connect_later(index, random_.between(200, 5'000) * ms);
}

protocol::Sent Fleet::to_worker(size_t index, uint64_t connection, const protocol::Frame& frame) {
  Worker& worker = workers_[index];
  if (worker.connection != connection) return protocol::Sent::closed;
  auditor_.given(number_, frame);
  auto bytes = protocol::encode_frame(frame);
  if (!bytes) return protocol::Sent::too_large;
  if (const auto* job = std::get_if<protocol::Job>(&frame)) newest_[job->key.task_run_id] = job->key;
  if (const auto* look = std::get_if<protocol::TriggerJob>(&frame)) newest_look_[look->flow.id] = look->key;
  worker.last_in_us = std::max(worker.last_in_us, events_.now_us() + random_.between(20, 3 * ms));
  events_.after(worker.last_in_us - events_.now_us(), [this, index, connection, bytes = *std::move(bytes)] {
    if (workers_[index].connection != connection) return;
    auto arrived = protocol::decode_frame(bytes);
    GYR_ASSERT(arrived.has_value());
    arrive(index, *std::move(arrived));
  });
  return protocol::Sent::yes;
}

void Fleet::to_server(size_t index, const protocol::Frame& frame) {
  Worker& worker = workers_[index];
  if (worker.connection == 0) return;
  if (!calm_ && random_.chance(scenario_.faults.cut_link)) return break_link(index);
  auto bytes = protocol::encode_frame(frame);
  GYR_ASSERT(bytes.has_value());
  worker.last_out_us = std::max(worker.last_out_us, events_.now_us() + random_.between(20, 3 * ms));
  deliver(index, worker.connection, *std::move(bytes), worker.last_out_us - events_.now_us());
}

void Fleet::deliver(size_t index, uint64_t connection, std::string bytes, int64_t delay_us) {
  events_.after(delay_us, [this, index, connection, bytes = std::move(bytes)]() mutable {
    if (hub_ == nullptr || workers_[index].connection != connection) return;
    auto& socket = workers_[index].socket;
    socket.push_back(std::move(bytes));
    if (socket.size() == 1) read_socket(index, connection);
  });
}

void Fleet::read_socket(size_t index, uint64_t connection) {
  Worker& worker = workers_[index];
  if (hub_ == nullptr || worker.connection != connection) return;
  // A sleep may be followed by another one before this server has read anything: what lies here stays in order.
  if (const int64_t left = sleep_->until_us - events_.now_us(); left > 0) {
    events_.after(left, [this, index, connection] { read_socket(index, connection); });
    return;
  }
  for (const auto& bytes : std::exchange(worker.socket, {})) {
    if (hub_ != nullptr) receive(index, bytes);
  }
}

void Fleet::receive(size_t index, const std::string& bytes) {
  auto arrived = protocol::decode_frame(bytes);
  GYR_ASSERT(arrived.has_value());
  if (auto* result = std::get_if<protocol::Result>(&*arrived); result != nullptr && canary_ == Canary::stale_result) {
    result->key = newest_[result->key.task_run_id];
  }
  if (auto* found = std::get_if<protocol::TriggerResult>(&*arrived);
      found != nullptr && canary_ == Canary::stale_find) {
    found->key = newest_look_[look_flow_.at(found->key.execution_id)];
  }
  hub_->receive(workers_[index].id, *std::move(arrived));
}

void Fleet::arrive(size_t index, protocol::Frame frame) {
  if (const auto* job = std::get_if<protocol::Job>(&frame)) {
    if (!calm_ && random_.chance(scenario_.faults.lost_worker)) {
      break_link(index);
      return new_process(index);
    }
    run(index, *job);
  } else if (const auto* trigger = std::get_if<protocol::TriggerJob>(&frame)) {
    if (!calm_ && random_.chance(scenario_.faults.lost_worker)) {
      break_link(index);
      return new_process(index);
    }
    look(index, *trigger);
  } else if (const auto* request = std::get_if<protocol::RenderJob>(&frame)) {
    if (!calm_ && random_.chance(scenario_.faults.lost_worker)) {
      break_link(index);
      return new_process(index);
    }
    render(index, *request);
  } else if (const auto* kill = std::get_if<protocol::Kill>(&frame)) {
    const int64_t delay_ms = is_slow() ? random_.between(500, 20'000) : random_.between(1, 500);
    events_.after(delay_ms * ms, [this, index, process = workers_[index].process, key = kill->key] {
      if (workers_[index].process == process) end(index, key, true);
    });
  } else if (const auto* acknowledge = std::get_if<protocol::Acknowledge>(&frame)) {
    workers_[index].kept.erase(acknowledge->key);
  }
}

uint32_t Fleet::failures_so_far(const protocol::AttemptKey& key) const {
  const store::TaskRunRow* row = auditor_.rows().find_run(key.execution_id, key.task_run_id);
  if (row == nullptr) return 0;
  uint32_t failures = 0;
  for (const auto& attempt : row->run.attempts) failures += attempt.state.current() == State::failed ? 1 : 0;
  return failures;
}

void Fleet::run(size_t index, const protocol::Job& job) {
  const PlannedFlow* flow = scenario_.find(job.flow.id);
  const PlannedTask* task = flow == nullptr ? nullptr : find_task(*flow, job.task_id);
  GYR_ASSERT(task != nullptr && task->behaviour.has_value());
  const Fate fate = fate_of(*task, job, failures_so_far(job.key));
  // One that reconnected and is given the run again ends what it had begun before.
  std::erase_if(workers_[index].running,
                [&job](const auto& entry) { return entry.first.task_run_id == job.key.task_run_id; });
  Attempt attempt{auditor_.body_started(job), {}, {}};
  const std::string token = attempt.token;
  attempt.result.key = job.key;
  attempt.result.state = fate.state;
  base::MapBuilder outputs;
  outputs.set("token", Value::string(token));
  const bool splits = task->type == "made" && task->id.ends_with("_split");
  const bool writes = task->type == "made" && task->id.ends_with(".outputs");
  if (writes) outputs.set("uri", Value::string("kestra:///written.ion"));
  if (splits) outputs.set("splits", Value::string(fmt::format("{}{}", list_address, task->repeats)));
  attempt.result.outputs = outputs.build();
  attempt.result.log_sequence = job.log_sequence + fate.lines;
  const bool directory = task->type.ends_with("WorkingDirectory");
  if (directory)
    attempt.directory = std::make_shared<Directory>(Directory{.job = job, .tasks = find_list(task->lists, "tasks")});
  workers_[index].running.insert_or_assign(job.key, std::move(attempt));

  to_server(index, protocol::Started{job.key, events_.clock().now()});
  write_lines(index, job, job.key, token, fate.lines, fate.duration_ms * ms);
  if (directory) return later(index, job.key, ms, &Fleet::next_child);
  events_.after(fate.duration_ms * ms, [this, index, process = workers_[index].process, key = job.key] {
    if (workers_[index].process == process) end(index, key, false);
  });
}

Fleet::Fate Fleet::fate_of(const PlannedTask& task, const protocol::Job& job, uint32_t failures) const {
  const Behaviour& behaviour = *task.behaviour;
  const uint64_t number =
      mix(mix(mix(mix(scenario_.seed, job.flow.id), job.task_id), job.value.value_or("")), failures);
  Fate fate;
  fate.duration_ms =
      behaviour.min_ms + static_cast<int64_t>(number % static_cast<uint64_t>(behaviour.max_ms - behaviour.min_ms + 1));
  bool fails = failures < behaviour.fails;
  if (task.type == "sim.Work" && std::ranges::find(task.properties, "timeout: PT5S") != task.properties.end() &&
      fate.duration_ms >= 5'000) {
    fate.duration_ms = 5'000;
    fails = true;
  }
  fate.state = fails ? State::failed : (behaviour.warning ? State::warning : State::success);
  fate.lines = task.type == "sim.Echo" ? 1 : behaviour.lines;
  return fate;
}

// ---------------------------------------------------------------------------------------------- directories (TASK-40)

Fleet::Directory* Fleet::directory_of(size_t index, const protocol::AttemptKey& key) {
  auto found = workers_[index].running.find(key);
  return found == workers_[index].running.end() ? nullptr : found->second.directory.get();
}

void Fleet::later(size_t index, protocol::AttemptKey key, int64_t delay_us,
                  void (Fleet::*step)(size_t, const protocol::AttemptKey&)) {
  events_.after(delay_us, [this, index, process = workers_[index].process, key, step] {
    if (workers_[index].process == process && directory_of(index, key) != nullptr) (this->*step)(index, key);
  });
}

protocol::Job Fleet::child_job(const Directory& directory) const {
  protocol::Job job = directory.job;
  job.key.task_run_id = directory.child;
  job.key.attempt = directory.attempts;
  job.task_id = directory.tasks->tasks[directory.next].id;
  job.log_sequence = directory.log_sequence;
  return job;
}

void Fleet::report(size_t index, const Directory& directory, protocol::ChildReport::Kind kind, State state) {
  protocol::ChildReport report;
  report.job = directory.job.key;
  report.task_run = directory.child;
  report.task_id = directory.tasks->tasks[directory.next].id;
  report.attempt = directory.attempts;
  report.kind = kind;
  report.state = state;
  if (!directory.token.empty() && state != State::running)
    report.outputs = Value::map({{"token", Value::string(directory.token)}});
  report.at = events_.clock().now();
  report.log_sequence = directory.log_sequence;
  if (canary_ == Canary::lost_report && random_.chance(100)) return;
  to_server(index, report);
}

void Fleet::next_child(size_t index, const protocol::AttemptKey& key) {
  Directory& directory = *directory_of(index, key);
  const auto& tasks = directory.tasks->tasks;
  while (directory.next < tasks.size() && tasks[directory.next].disabled) ++directory.next;
  if (directory.next == tasks.size()) return end(index, key, false);
  directory.child = base::make_id(events_.clock().now());
  directory.token.clear();
  directory.attempts = 0;
  directory.log_sequence = 0;
  if (!tasks[directory.next].skipped) return begin_child(index, key);
  report(index, directory, protocol::ChildReport::Kind::skipped, State::skipped);
  directory.next += 1;
  later(index, key, ms, &Fleet::next_child);
}

void Fleet::begin_child(size_t index, const protocol::AttemptKey& key) {
  Directory& directory = *directory_of(index, key);
  const protocol::Job job = child_job(directory);
  const Fate fate = fate_of(directory.tasks->tasks[directory.next], job, static_cast<uint32_t>(directory.attempts));
  report(index, directory, protocol::ChildReport::Kind::began, State::running);
  directory.token = auditor_.body_started(job, directory.job.key.task_run_id);
  write_lines(index, job, key, directory.token, fate.lines, fate.duration_ms * ms);
  later(index, key, fate.duration_ms * ms, &Fleet::end_child);
}

void Fleet::end_child(size_t index, const protocol::AttemptKey& key) {
  Directory& directory = *directory_of(index, key);
  const PlannedTask& task = directory.tasks->tasks[directory.next];
  const Fate fate = fate_of(task, child_job(directory), static_cast<uint32_t>(directory.attempts));
  directory.log_sequence += fate.lines;
  const PlannedFlow& flow = *scenario_.find(directory.job.flow.id);
  const auto retry = retry_of(flow, task.id);
  // What the task's own failure may not set off: the flow's retry, where it is allowed to fail (EXEC-50); any, behind
  // the end (EXEC-42).
  const bool of_flow_only = retry && !has_retry_below_flow(flow, task.id);
  const bool counts =
      retry && !retry->gives_way && !(of_flow_only && task.allow_failure) && !is_behind_the_end(flow, task.id);
  if (fate.state == State::failed && counts && static_cast<uint32_t>(directory.attempts) < retry->retries) {
    report(index, directory, protocol::ChildReport::Kind::retries, State::failed);
    directory.attempts += 1;
    directory.token.clear();
    return later(index, key, 1'000 * ms, &Fleet::begin_child);
  }
  report(index, directory, protocol::ChildReport::Kind::ended, fate.state);
  directory.token.clear();
  if (fate.state == State::failed && !task.allow_failure) {
    workers_[index].running.at(key).result.state = State::failed;
    return end(index, key, false);
  }
  directory.next += 1;
  later(index, key, ms, &Fleet::next_child);
}

void Fleet::write_lines(size_t index, const protocol::Job& job, protocol::AttemptKey running, const std::string& token,
                        uint32_t lines, int64_t duration_us) {
  // They travel on the link on which the job came: on a later one they would stand among those of the attempt that
  // replaced it.
  const uint64_t connection = workers_[index].connection;
  for (uint32_t i = 1; i <= lines; ++i) {
    model::LogEntry line;
    line.execution_id = job.key.execution_id;
    line.flow = std::make_shared<const model::FlowKey>(job.flow);
    line.task_id = job.task_id;
    line.task_run_id = job.key.task_run_id;
    line.attempt = job.key.attempt;
    line.sequence = job.log_sequence + i;
    line.timestamp = events_.clock().now();
    line.thread = "worker";
    line.message = fmt::format("line {} of {} {}", i, job.task_id, token);
    events_.after(
        static_cast<int64_t>(i - 1) * duration_us / std::max<int64_t>(1, lines),
        [this, index, connection, process = workers_[index].process, key = running, token, line = std::move(line)] {
          Worker& worker = workers_[index];
          if (worker.process != process || worker.connection != connection || !worker.running.contains(key)) return;
          auditor_.logged(token, line.sequence, line.message);
          to_server(index, protocol::LogChunk{{line}});
        });
  }
}

void Fleet::end(size_t index, protocol::AttemptKey key, bool killed) {
  Worker& worker = workers_[index];
  auto found = worker.running.find(key);
  if (found == worker.running.end()) return;
  if (const auto& directory = found->second.directory; killed && directory && !directory->token.empty()) {
    report(index, *directory, protocol::ChildReport::Kind::ended, State::killed);
  }
  protocol::Result result = std::move(found->second.result);
  worker.running.erase(found);
  if (killed) result.state = State::killed;
  result.at = events_.clock().now();
  worker.kept.insert_or_assign(key, result);
  send_result(index, result);
}

void Fleet::send_result(size_t index, const protocol::Frame& result) {
  auto send = [this, index, process = workers_[index].process, result] {
    if (workers_[index].process == process) to_server(index, result);
  };
  if (!calm_ && random_.chance(scenario_.faults.doubled_result)) events_.after(random_.between(0, 4'000) * ms, send);
  if (!calm_ && random_.chance(scenario_.faults.late_result)) {
    events_.after(random_.between(100, 20'000) * ms, send);
  } else {
    send();
  }
}

void Fleet::look(size_t index, const protocol::TriggerJob& job) {
  constexpr uint32_t max_in_vain = 5;
  const uint32_t number = looks_[job.flow.id]++;
  look_flow_[job.key.execution_id] = job.flow.id;
  const uint64_t fate = mix(mix(mix(scenario_.seed, "look"), job.flow.id), number);
  protocol::TriggerResult result;
  result.key = job.key;
  if (number >= max_in_vain || fate % 4 > 1) {
    result.outcome = protocol::TriggerResult::Outcome::found;
    result.variables = Value::map({{"token", Value::string(auditor_.looked(job))}});
  } else if (fate % 4 == 1) {
    result.outcome = protocol::TriggerResult::Outcome::failed;
    result.error = "nobody is there";
  }
  to_server(index, protocol::Started{job.key, events_.clock().now()});
  events_.after(static_cast<int64_t>(fate / 4 % 2'000) * ms,
                [this, index, process = workers_[index].process, result = std::move(result)] {
                  if (workers_[index].process == process) send_result(index, result);
                });
}

void Fleet::render(size_t index, const protocol::RenderJob& job) {
  protocol::RenderResult result;
  result.key = job.key;
  result.request = job.request;
  result.ok = true;
  const Value* file = job.context.find_path({"taskrun", "file"});
  result.value = file != nullptr ? Value::string(lines_of(file->text())) : rendered(job.source);
  const int64_t delay_ms = is_slow() ? random_.between(20, 5'000) : random_.between(1, 20);
  events_.after(delay_ms * ms, [this, index, process = workers_[index].process, result = std::move(result)] {
    if (workers_[index].process == process) to_server(index, result);
  });
}

}  // namespace gyr::simulation
