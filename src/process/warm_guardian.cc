#include "process/warm_guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/clock.h"
#include "process/process_tree.h"
#include "process/tree_keeper.h"

namespace gyr::process {
namespace {

/// What an interpreter answers to a script.
enum class Answer {
  started,  ///< it runs
  stale,    ///< a file that it has read has changed, or the interpreter has ended: start it again
  no        ///< it cannot run this script, or has ended
};

/// wait(): there is a message to be read.
constexpr int message_waiting = -1;
/// How long to wait for the end of an interpreter that has been killed.
constexpr auto end_patience = std::chrono::seconds(2);
/// The longest message for an interpreter; both starters read as much at once.
constexpr size_t max_order = 64 * 1024;

class WarmGuardian final : private TreeKeeper {
 public:
  WarmGuardian(int socket, int control, int helper_pid) : TreeKeeper(socket, helper_pid), control_(control) {}

  [[noreturn]] void run() {
    become_guardian("task-guard-warm");
    signal_events_ = UniqueFd(::signalfd(-1, &signals(), SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signal_events_) ::_exit(1);
    for (;;) {
      Received order = next_order();
      auto header = decode_header(order.bytes);
      if (!header) continue;
      if (header->type != MessageType::start_warm && header->type != MessageType::prepare) continue;  // a kill too late
      auto request = decode_start_body(order.bytes.substr(header_size));
      if (header->type == MessageType::prepare) {
        if (request && request->warm) prepare(*request);
        continue;
      }
      begin(header->id, std::chrono::milliseconds(request ? request->kill_grace_ms : 0));
      busy_ = true;
      bool running = false;
      if (!request || !request->warm || order.fds.size() != 2) {
        report(MessageType::failed, EPROTO, static_cast<uint8_t>(Stage::request));
      } else if (run_one(*request, std::move(order.fds))) {
        watch();
        running = true;
      }
      busy_ = false;
      // The helper first, so that it is informed before the server sends the next script because of the next line.
      send_message(control_.get(), encode_header({MessageType::idle, id()}), {}, true);
      if (running) report_gone();
      if (!request || !request->warm || !request->warm->copies_itself) lose_interpreter();
      if (request && request->warm) prepare(*request);
    }
  }

 private:
  /// The next message of the helper. Ends this process when the helper has closed the connection.
  Received next_order() {
    for (;;) {
      if (!control_) end();
      int signal = wait(std::chrono::hours(24), false);
      if (signal == kill_now_signal) end();
      if (signal == SIGCHLD) reap_interpreter();
      Received order = receive_message(control_.get(), buffer_, sizeof(buffer_), false);
      if (order.closed) end();
      if (!order.nothing) return order;
    }
  }

  [[noreturn]] void end() {
    lose_interpreter();
    ::_exit(0);
  }

  /// True where something runs now; else it has been reported that nothing does.
  bool run_one(const StartRequest& request, std::vector<UniqueFd> outputs) {
    killed_ = false;
    for (int attempt = 0; attempt < 2 && fit_; ++attempt) {
      prepare(request);
      Answer answer = hand_over(request, outputs);
      if (killed_) {
        lose_interpreter();
        never_started();
        return false;
      }
      if (answer == Answer::started) {
        if (!request.warm->copies_itself) spared_ = 0;  // it is the command now
        report(MessageType::started, main_pid_, 0);
        return true;
      }
      lose_interpreter();
      if (answer == Answer::no) break;
    }
    return start(request, outputs[0].get(), outputs[1].get());
  }

  /// Starts the interpreter if there is none.
  void prepare(const StartRequest& request) {
    if (spared_ != 0 || !fit_) return;
    for (const auto& [name, value] : request.environment) ::setenv(name.c_str(), value.c_str(), 1);
    int connection[2];
    int printed[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, connection) != 0) return;
    interpreter_ = UniqueFd(connection[0]);
    UniqueFd theirs(connection[1]);
    if (::pipe2(printed, O_CLOEXEC) != 0) return;
    printed_ = UniqueFd(printed[0]);
    ::fcntl(printed[0], F_SETFL, O_NONBLOCK);
    UniqueFd output(printed[1]);
    UniqueFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    pid_t pid = 0;
    int error = start_program(request.warm->arguments, {input.get(), output.get(), output.get(), theirs.get()}, &pid);
    if (error != 0) {
      fit_ = error == EAGAIN || error == ENOMEM;
      return;
    }
    proved_ = false;
    spared_ = pid;
    if (!request.warm->starter.empty()) send_message(interpreter_.get(), request.warm->starter, {}, false);
  }

  /// Tells the interpreter what to run and waits for its answer.
  Answer hand_over(const StartRequest& request, const std::vector<UniqueFd>& outputs) {
    if (spared_ == 0) return Answer::no;
    std::string order = fmt::format("{}", ::getpid());
    auto add = [&order](std::string_view field) { order.append(1, '\0').append(field); };
    add(std::to_string(outputs[0].get()));
    add(std::to_string(outputs[1].get()));
    add(request.directory.empty() ? "/" : request.directory);
    add(request.warm->script);
    for (const std::string& name : request.warm->own_variables) {
      const std::string* value = nullptr;
      for (const auto& variable : request.environment) {
        if (variable.first == name) value = &variable.second;
      }
      if (value == nullptr) return Answer::no;
      add(name);
      add(*value);
    }
    if (order.size() > max_order) return Answer::no;
    if (send_message(interpreter_.get(), order, {}, false) != 0) return gone();
    Answer answer = wait_for_answer();
    if (answer == Answer::started) pass_on_printed(outputs[1].get());
    return answer;
  }

  /// It has ended. One that ran scripts before is replaced; one that never came up would not the next time either.
  Answer gone() {
    fit_ = fit_ && proved_;
    return proved_ ? Answer::stale : Answer::no;
  }

  /// What the interpreter printed while it started belongs to every script it runs. The first gets it, the next ones
  /// start in the ordinary way.
  void pass_on_printed(int error_output) {
    char text[4096];
    ::fcntl(error_output, F_SETFL, O_NONBLOCK);  // a slow reader must not hold up the guardian
    for (ssize_t count = 0; (count = ::read(printed_.get(), text, sizeof(text))) > 0;) {
      fit_ = false;
      if (::write(error_output, text, static_cast<size_t>(count)) < 0) return;
    }
  }

  Answer wait_for_answer() {
    for (;;) {
      int signal = wait(std::chrono::hours(24), true);
      if (signal == kill_now_signal) end();
      if (signal == kill_signal) killed_ = true;
      if (killed_) return Answer::no;
      char buffer[64];
      Received answer = receive_message(interpreter_.get(), buffer, sizeof(buffer), false);
      if (answer.nothing) continue;
      if (answer.closed) return gone();
      proved_ = true;
      if (answer.bytes == "stale") return Answer::stale;
      if (answer.bytes == "unfit") fit_ = false;
      int pid = 0;
      const char* end = answer.bytes.data() + answer.bytes.size();
      auto parsed = std::from_chars(answer.bytes.data(), end, pid);
      if (parsed.ec != std::errc() || parsed.ptr != end || pid <= 1) return Answer::no;
      main_pid_ = pid;
      return Answer::started;
    }
  }

  /// Ends the interpreter with all below it, where there is one.
  void lose_interpreter() {
    interpreter_.reset();
    printed_.reset();
    base::MonotonicTime deadline = base::monotonic_now() + end_patience;
    for (spared_ = 0; has_child_besides(0) && base::monotonic_now() < deadline;) {
      signal_descendants(::getpid(), SIGKILL);
      pollfd ended{signal_events_.get(), POLLIN, 0};
      ::poll(&ended, 1, 10);
      signalfd_siginfo discarded;
      while (::read(signal_events_.get(), &discarded, sizeof(discarded)) > 0) {
      }
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
    }
  }

  void reap_interpreter() {
    for (;;) {
      pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
      if (pid <= 0) return;
      if (pid == spared_) spared_ = 0;
    }
  }

  int wait_for_signal(std::chrono::nanoseconds limit) override { return wait(limit, false); }

  /// As wait_for_signal(). While a script runs, the helper's messages are read here: its kills count as signals.
  int wait(std::chrono::nanoseconds limit, bool for_answer) {
    pollfd waiting[3] = {{signal_events_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}, {-1, POLLIN, 0}};
    if (for_answer) waiting[2].fd = interpreter_.get();
    timespec time{static_cast<time_t>(limit.count() / 1'000'000'000), static_cast<long>(limit.count() % 1'000'000'000)};
    if (::ppoll(waiting, 3, &time, nullptr) <= 0) return 0;
    signalfd_siginfo info;
    if (waiting[0].revents != 0 && ::read(signal_events_.get(), &info, sizeof(info)) == sizeof(info)) {
      return static_cast<int>(info.ssi_signo);
    }
    if (waiting[1].revents == 0 || !busy_) return message_waiting;
    char buffer[64];
    Received order = receive_message(control_.get(), buffer, sizeof(buffer), false);
    if (order.closed) {
      control_.reset();
      return kill_now_signal;
    }
    auto header = decode_header(order.bytes);
    if (!header || header->id != id()) return message_waiting;
    if (header->type == MessageType::kill_now && !for_answer) return kill_now_signal;
    bool is_kill = header->type == MessageType::kill || header->type == MessageType::kill_now;
    return is_kill ? kill_signal : message_waiting;
  }

  UniqueFd control_;
  UniqueFd signal_events_;
  UniqueFd interpreter_;  // our end of its connection
  UniqueFd printed_;      // what it prints while no script runs
  bool fit_ = true;       // whether interpreters of this kind can be kept at all
  bool proved_ = false;   // whether the present one has ever answered
  bool busy_ = false;
  bool killed_ = false;  // before the script began
  char buffer_[header_size + max_inline_body];
};

}  // namespace

void run_warm_guardian(int socket, int control, int helper_pid) { WarmGuardian(socket, control, helper_pid).run(); }

}  // namespace gyr::process
