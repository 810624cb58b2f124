#include "process/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "process/error_text.h"

namespace gyr::process {
namespace {

/// Starts sent and not answered yet: descriptors on their way count against the limit of open files of the user.
constexpr size_t max_unanswered = 64;
/// The descriptor at which the helper finds its socket.
constexpr int helper_socket = 3;
/// A helper ends at once on request; a helper that hangs is killed after this time.
constexpr int helper_end_ms = 2000;

base::Result<int> spawn_helper(const std::string& program, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, socket, helper_socket);
  posix_spawn_file_actions_addclosefrom_np(&actions, helper_socket + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigfillset(&all);
  // Blocked before its first instruction, and in a session of its own: Ctrl-C is for the server, which then ends its
  // tasks.
  posix_spawnattr_setsigmask(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  std::string name = program;
  std::string option = "--spawner";
  std::string fd = std::to_string(helper_socket);
  char* arguments[] = {name.data(), option.data(), fd.data(), nullptr};
  pid_t pid = -1;
  int error = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return base::fail(spawn_failed,
                      fmt::format("cannot start the process helper `{}`: {}", program, error_text(error)));
  }
  return pid;
}

Report start_failure(uint64_t id, int error) {
  return {{MessageType::failed, id}, error, static_cast<uint8_t>(Stage::guardian)};
}

/// A memory file that holds the bytes.
UniqueFd memory_file(std::string_view bytes) {
  UniqueFd file(::memfd_create("gyr-start", MFD_CLOEXEC));
  while (file && !bytes.empty()) {
    ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return file;
}

}  // namespace

base::Result<std::shared_ptr<Channel>> Channel::open(const std::string& program, Poller& poller) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return base::fail(spawn_failed,
                      fmt::format("cannot create a socket for the process helper: {}", error_text(errno)));
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  GYR_TRY(int pid, spawn_helper(program, theirs.get()));
  // Not pidfd_open(): its header in the C library has no C linkage in C++.
  UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) {
    int error = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return base::fail(spawn_failed, fmt::format("cannot watch the process helper: {}", error_text(error)));
  }
  auto channel = std::make_shared<Channel>(poller, std::move(ours), std::move(handle), pid);
  channel->watch();
  return channel;
}

Channel::Channel(Poller& poller, UniqueFd socket, UniqueFd helper_handle, int helper_pid)
    : poller_(poller), socket_(std::move(socket)), helper_handle_(std::move(helper_handle)), helper_pid_(helper_pid) {}

void Channel::watch() {
  std::weak_ptr<Channel> weak = weak_from_this();
  socket_watch_ = poller_.add(socket_.get(), [weak] {
    if (auto self = weak.lock()) self->on_ready();
  });
  helper_watch_ = poller_.add(helper_handle_.get(), [weak] {
    auto self = weak.lock();
    if (!self) return;
    std::lock_guard lock(self->mutex_);
    self->alive_ = false;
  });
}

Channel::~Channel() {
  poller_.remove(socket_watch_);
  poller_.remove(helper_watch_);
  socket_.reset();
  pollfd ended{helper_handle_.get(), POLLIN, 0};
  if (::poll(&ended, 1, helper_end_ms) <= 0) ::kill(helper_pid_, SIGKILL);
  ::waitpid(helper_pid_, nullptr, 0);
}

bool Channel::alive() const {
  std::lock_guard lock(mutex_);
  return alive_;
}

void Channel::start(uint64_t id, std::weak_ptr<ReportReceiver> receiver, const StartRequest& request, UniqueFd output,
                    UniqueFd error) {
  std::string body = encode_start_body(request);
  bool warm = request.warm && body.size() <= max_inline_body;
  Header header{warm ? MessageType::start_warm : MessageType::start, id};
  Outgoing message{header, encode_header(header), {}};
  message.fds.push_back(std::move(output));
  message.fds.push_back(std::move(error));
  int body_error = 0;
  if (body.size() <= max_inline_body) {
    message.bytes += body;
  } else {
    message.fds.push_back(memory_file(body));
    body_error = message.fds.back() ? 0 : errno;
  }
  std::vector<Report> failures;
  {
    std::lock_guard lock(mutex_);
    receivers_.emplace(id, std::move(receiver));
    failures = body_error == 0 ? queue(std::move(message)) : std::vector{start_failure(id, body_error)};
  }
  for (const Report& failure : failures) tell(failure);
}

void Channel::kill(uint64_t id, bool now) {
  Header header{now ? MessageType::kill_now : MessageType::kill, id};
  std::vector<Report> failures;
  {
    std::lock_guard lock(mutex_);
    failures = queue({header, encode_header(header), {}});
  }
  for (const Report& failure : failures) tell(failure);
}

void Channel::forget(uint64_t id) {
  std::lock_guard lock(mutex_);
  receivers_.erase(id);
}

std::vector<Report> Channel::queue(Outgoing message) {
  outgoing_.push_back(std::move(message));
  return flush();
}

int Channel::send_next() {
  const Outgoing& next = outgoing_.front();
  int socket = socket_.get();
  switch (next.fds.size()) {
    case 0: return send_message(socket, next.bytes, {}, false);
    case 2: return send_message(socket, next.bytes, {next.fds[0].get(), next.fds[1].get()}, false);
    default: return send_message(socket, next.bytes, {next.fds[0].get(), next.fds[1].get(), next.fds[2].get()}, false);
  }
}

std::vector<Report> Channel::flush() {
  std::vector<Report> failures;
  socket_full_ = false;
  while (!outgoing_.empty()) {
    Header header = outgoing_.front().header;
    bool is_start = header.type == MessageType::start || header.type == MessageType::start_warm;
    if (is_start && unanswered_.size() >= max_unanswered) break;
    int error = send_next();
    if (error == EAGAIN) {
      socket_full_ = true;
      poller_.arm(socket_watch_, true);
      break;
    }
    if (error == ETOOMANYREFS && !unanswered_.empty()) break;  // a response frees space
    if (error == EPIPE || error == ECONNRESET) break;          // the end of the socket will be noticed
    if (is_start) {
      if (error == 0) {
        unanswered_.insert(header.id);
      } else {
        failures.push_back(start_failure(header.id, error));
      }
    }
    outgoing_.pop_front();
  }
  return failures;
}

void Channel::on_ready() {
  if (!take_reports()) return lose_all();
  std::vector<Report> failures;
  {
    std::lock_guard lock(mutex_);
    failures = flush();
    poller_.arm(socket_watch_, socket_full_);
  }
  for (const Report& failure : failures) tell(failure);
}

bool Channel::take_reports() {
  char buffer[64];
  for (;;) {
    Received received = receive_message(socket_.get(), buffer, sizeof(buffer), false);
    if (received.closed) return false;
    if (received.nothing) return true;
    auto report = decode_report(received.bytes);
    if (!report) {
      base::log::error("the process helper sent a damaged message of {} bytes", received.bytes.size());
      continue;
    }
    tell(*report);
  }
}

void Channel::tell(const Report& report) {
  std::shared_ptr<ReportReceiver> receiver;
  {
    std::lock_guard lock(mutex_);
    unanswered_.erase(report.header.id);
    auto found = receivers_.find(report.header.id);
    if (found != receivers_.end()) receiver = found->second.lock();
    bool last = report.header.type == MessageType::failed || report.header.type == MessageType::gone ||
                report.header.type == MessageType::guard_lost;
    if (last && found != receivers_.end()) receivers_.erase(found);
  }
  if (receiver) receiver->on_report(report);
}

void Channel::lose_all() {
  std::unordered_map<uint64_t, std::weak_ptr<ReportReceiver>> receivers;
  {
    std::lock_guard lock(mutex_);
    alive_ = false;
    outgoing_.clear();
    receivers.swap(receivers_);
  }
  size_t lost = 0;
  for (auto& [id, weak] : receivers) {
    auto receiver = weak.lock();
    if (!receiver) continue;
    receiver->on_lost();
    lost += 1;
  }
  base::log::error("the process helper (pid {}) ended unexpectedly; {} of its processes were killed", helper_pid_,
                   lost);
}

}  // namespace gyr::process
