#include "process/running.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "process/error_text.h"

namespace gyr::process {
namespace {

/// Bytes read at once: thousands of short lines, about a millisecond of the loop.
constexpr size_t piece_size = 16 * 1024;
/// Maximum number of pieces of one output in one turn of the loop, so that a process that prints without end does not
/// block others.
constexpr int pieces_a_turn = 2;
/// Background processes that print are ended after this many times the grace period, whatever they print.
constexpr int printing_leftover_factor = 30;
/// Background processes that do not hold an output get this time to end after the command.
constexpr std::chrono::milliseconds silent_leftover_grace(200);

Exit exit_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return {.status = 128 + WTERMSIG(wait_status), .signalled = true};
  return {.status = WEXITSTATUS(wait_status)};
}

}  // namespace

Running::Running(base::Loop& loop, Observer& observer, Poller& poller, std::shared_ptr<Channel> channel, uint64_t id,
                 Command command, std::unique_ptr<RunCgroup> group)
    : loop_(&loop),
      observer_(&observer),
      poller_(poller),
      channel_(std::move(channel)),
      id_(id),
      command_(std::move(command)),
      group_(std::move(group)) {}

base::Result<void> Running::start() {
  UniqueFd write_ends[2];
  for (int stream : {0, 1}) {
    if (!open_output(stream, write_ends[stream])) {
      int error = errno;
      for (int opened : {0, 1}) close_output(opened);
      return base::fail(spawn_failed, fmt::format("cannot start `{}`: {}", command_.arguments[0], error_text(error)));
    }
  }
  StartRequest request{static_cast<uint32_t>(command_.kill_grace.count()),
                       std::move(command_.directory),
                       std::move(command_.arguments),
                       std::move(command_.environment),
                       std::move(command_.warm),
                       group_ ? group_->path().string() : std::string()};
  channel_->start(id_, weak_from_this(), request, std::move(write_ends[0]), std::move(write_ends[1]));
  command_.arguments = {std::move(request.arguments[0])};
  command_.directory = std::move(request.directory);
  return {};
}

bool Running::open_output(int stream, UniqueFd& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  outputs_[stream].fd = UniqueFd(ends[0]);
  write_end = UniqueFd(ends[1]);
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) return false;  // our end alone: programs expect blocking outputs
  outputs_[stream].watch = poller_.add(ends[0], [weak = weak_from_this(), stream] {
    if (auto self = weak.lock()) self->post([stream](Running& running) { running.read(stream); });
  });
  return outputs_[stream].watch != 0;
}

void Running::post(std::move_only_function<void(Running&)> work) {
  std::lock_guard lock(mutex_);
  if (loop_ == nullptr) return;
  loop_->post([weak = weak_from_this(), work = std::move(work)]() mutable {
    auto self = weak.lock();
    if (self && self->observer_ != nullptr) work(*self);
  });
}

void Running::on_report(const Report& report) {
  post([report](Running& running) { running.take_report(report); });
}

void Running::on_lost() {
  post(
      [](Running& running) { running.take_lost("the process helper ended unexpectedly, and the process was killed"); });
}

void Running::take_report(const Report& report) {
  switch (report.header.type) {
    case MessageType::started: pid_ = static_cast<int>(report.value); return observer_->on_started(pid_);
    case MessageType::failed:
      error_ = start_error(report);
      gone_ = true;
      break;
    case MessageType::exited: exit_ = exit_of(static_cast<int>(report.value)); return watch_leftovers();
    case MessageType::gone:
      exit_ = exit_of(static_cast<int>(report.value));
      exit_->survivors = (report.detail & gone_survivors) != 0;
      if ((report.detail & gone_memory_exhausted) != 0) {
        error_ = base::Error(memory_exhausted,
                             fmt::format("the command exceeded its memory limit of {} bytes and was killed",
                                         command_.limits.memory.value_or(0)))
                     .with_hint("increase the memory limit, or process the data in smaller parts");
      }
      exit_->leftovers = leftovers_ended_;
      gone_ = true;
      break;
    case MessageType::guard_lost: return take_lost("the guardian of the process was killed, and the process with it");
    default: return;
  }
  if (leftover_timer_ != 0) loop_->cancel_timer(std::exchange(leftover_timer_, 0));
  for (int stream : {0, 1}) read(stream);
  finish_if_done();
}

void Running::take_lost(std::string reason) {
  error_ = base::Error(spawner_lost, std::move(reason));
  gone_ = true;
  for (int stream : {0, 1}) read(stream);
  finish_if_done();
}

void Running::read(int stream) {
  for (int i = 0; i < pieces_a_turn; ++i) {
    if (paused_ || observer_ == nullptr || !outputs_[stream].fd) return;
    if (!read_some(stream)) return;
  }
  poller_.arm(outputs_[stream].watch);
}

/// False when there is nothing more to read now.
bool Running::read_some(int stream) {
  char buffer[piece_size];
  ssize_t count = ::read(outputs_[stream].fd.get(), buffer, sizeof(buffer));
  if (count > 0) {
    if (leftover_timer_ != 0) watch_leftovers();
    auto self = shared_from_this();  // the observer may drop the process
    if (!observer_->on_output(stream == 1, std::string_view(buffer, static_cast<size_t>(count)))) paused_ = true;
    return !paused_;
  }
  if (count < 0 && errno == EINTR) return true;
  // Once the tree has ended nothing is written any more, even if an outside process still has the pipe.
  if (count < 0 && errno == EAGAIN && !gone_) {
    poller_.arm(outputs_[stream].watch);
    return false;
  }
  close_output(stream);
  if (exit_ && !gone_ && outputs_ended()) watch_leftovers();
  finish_if_done();
  return false;
}

void Running::close_output(int stream) {
  poller_.remove(std::exchange(outputs_[stream].watch, 0));
  outputs_[stream].fd.reset();
}

/// The command has ended, something it started has not. Called again whenever that prints, or closes its outputs.
void Running::watch_leftovers() {
  base::MonotonicTime now = loop_->now();
  if (leftover_end_ == base::MonotonicTime{}) leftover_end_ = now + printing_leftover_factor * command_.leftover_grace;
  if (leftover_timer_ != 0) loop_->cancel_timer(leftover_timer_);
  auto grace = outputs_ended() ? std::min(command_.leftover_grace, silent_leftover_grace) : command_.leftover_grace;
  leftover_timer_ = loop_->start_timer(std::min(now + grace, leftover_end_), [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self && self->observer_ != nullptr) self->on_leftover_timer();
  });
}

void Running::on_leftover_timer() {
  leftover_timer_ = 0;
  if (paused_) {  // they may be waiting for us to read
    leftover_end_ = {};
    return watch_leftovers();
  }
  leftovers_ended_ = true;
  channel_->kill(id_, false);
}

void Running::kill() {
  if (!gone_) channel_->kill(id_, false);
}

void Running::resume() {
  if (!std::exchange(paused_, false)) return;
  post([](Running& running) {
    for (int stream : {0, 1}) running.read(stream);
  });
}

void Running::abandon() {
  if (observer_ == nullptr) return;
  observer_ = nullptr;
  if (leftover_timer_ != 0) loop_->cancel_timer(std::exchange(leftover_timer_, 0));
  {
    std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }
  for (int stream : {0, 1}) close_output(stream);
  if (!gone_) channel_->kill(id_, false);
  channel_->forget(id_);
}

void Running::finish_if_done() {
  if (!gone_ || !outputs_ended() || observer_ == nullptr) return;
  if (leftover_timer_ != 0) loop_->cancel_timer(std::exchange(leftover_timer_, 0));
  Observer* observer = std::exchange(observer_, nullptr);
  auto self = shared_from_this();
  {
    std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }
  if (error_) return observer->on_exit(base::fail(*error_));
  observer->on_exit(*exit_);
}

base::Error Running::start_error(const Report& report) const {
  int error = static_cast<int>(report.value);
  const std::string reason = error_text(error);
  switch (static_cast<Stage>(report.detail)) {
    case Stage::directory:
      return {spawn_failed, fmt::format("cannot enter the working directory `{}`: {}", command_.directory, reason)};
    case Stage::program: {
      base::Error failed(spawn_failed, fmt::format("cannot start `{}`: {}", command_.arguments[0], reason));
      if (error == ENOENT)
        return failed.with_hint("check that it is installed on the worker and in the PATH of the worker");
      if (error == E2BIG)
        return failed.with_hint("pass long values in a file instead of arguments or environment variables");
      return failed;
    }
    case Stage::limits:
      return {limits_unavailable, fmt::format("cannot move the process to its control group `{}`: {}",
                                              group_ ? group_->path().string() : "", reason)};
    default:
      return {spawn_failed,
              fmt::format("cannot start `{}`: error from the process helper: {}", command_.arguments[0], reason)};
  }
}

}  // namespace gyr::process
