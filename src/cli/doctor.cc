// `gyr doctor`: whether this machine is ready for a server, and what to do if it is not.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

namespace fs = std::filesystem;
using base::Value;

enum class Health : uint8_t { good, warning, bad };

/// The result of one check. Texts never contain values that could be secrets.
struct Finding {
  std::string_view check;
  Health health = Health::good;
  std::string text;
  std::string help;  ///< what to do
};

constexpr uint64_t giga = 1'000'000'000;

/// A file descriptor that is closed at the end.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// The folder itself, or the nearest one above it that exists.
fs::path nearest_folder(fs::path folder) {
  std::error_code error;
  folder = fs::absolute(folder, error);
  while (!fs::is_directory(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

/// The first line of a small file; empty if it cannot be read.
std::string line_of_file(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// ---------------------------------------------------------------------------------------------- disk

Finding space_of(const fs::path& folder) {
  struct statvfs space = {};
  if (::statvfs(folder.c_str(), &space) != 0)
    return {"space", Health::bad,
            fmt::format("cannot read the free space of {}: {}", folder.string(), std::strerror(errno)),
            "choose another data folder with --data"};
  const uint64_t free = static_cast<uint64_t>(space.f_bavail) * space.f_frsize;
  const uint64_t all = static_cast<uint64_t>(space.f_blocks) * space.f_frsize;
  Finding found{"space",
                Health::good,
                fmt::format("{:.1f} of {:.1f} GB are free at {}", static_cast<double>(free) / giga,
                            static_cast<double>(all) / giga, folder.string()),
                {}};
  if (free < giga) {
    found.health = Health::bad;
    found.help = "free at least 1 GB: a server with a full disk refuses new executions";
  } else if (free < 5 * giga) {
    found.health = Health::warning;
    found.help = "free some space, or set `gyr.retention.execution-days` so that old executions are deleted";
  }
  return found;
}

/// File systems that change what a write means.
std::optional<Finding> kind_of_disk(const fs::path& folder) {
  constexpr int64_t nfs = 0x6969, memory = 0x01021994, smb = 0x517B, smb2 = 0xFE534D42;
  struct statfs disk = {};
  if (::statfs(folder.c_str(), &disk) != 0) return std::nullopt;
  const auto kind = static_cast<int64_t>(static_cast<uint32_t>(disk.f_type));
  if (kind == memory)
    return Finding{"disk", Health::warning, "the data folder is in memory",
                   "use a disk: all data is lost when the machine stops"};
  if (kind == nfs || kind == smb || kind == smb2)
    return Finding{"disk", Health::warning, "the data folder is on a network file system",
                   "use a local disk: network file systems can lose writes that they have confirmed"};
  return std::nullopt;
}

/// How long a small write takes until it is on the disk: the server does this before it confirms a request.
Finding sync_time(const fs::path& folder) {
  constexpr size_t writes = 24, bytes = 4096;
  std::string name = (folder / ".gyr-doctor-XXXXXX").string();
  const OpenFile file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.ok())
    return {"disk", Health::bad, fmt::format("cannot write to {}: {}", folder.string(), std::strerror(errno)),
            "give the user of the server the right to write there, or choose another folder with --data"};
  ::unlink(name.c_str());
  const std::string block(bytes, 'x');
  std::vector<std::chrono::microseconds> times;
  for (size_t i = 0; i < writes; ++i) {
    const auto begin = base::monotonic_now();
    if (::write(file.fd(), block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        ::fdatasync(file.fd()) != 0)
      return {"disk", Health::bad, fmt::format("cannot write to {}: {}", folder.string(), std::strerror(errno)),
              "check the disk: `dmesg` shows its errors"};
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(base::monotonic_now() - begin));
  }
  std::ranges::sort(times);
  const auto ms = [](std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; };
  const double median = ms(times[writes / 2]), longest = ms(times.back());
  Finding found{
      "disk", Health::good, fmt::format("a synchronous write takes {:.2f} ms, at most {:.2f} ms", median, longest), {}};
  if (median > 20) {
    found.health = Health::warning;
    found.help = "use a faster disk: each confirmed request waits for such a write";
  }
  return found;
}

// ---------------------------------------------------------------------------------------------- machine

Finding clock_of_machine() {
  struct timex state = {};  // no mode: it is only read
  const int result = ::adjtimex(&state);
  if (result >= 0 && result != TIME_ERROR && (state.status & STA_UNSYNC) == 0)
    return {"clock", Health::good, fmt::format("synchronised; the error is at most {} ms", state.maxerror / 1000), {}};
  return {"clock", Health::warning, "the clock is not synchronised with other machines",
          "start a time service such as chrony or systemd-timesyncd: schedules fire by this clock"};
}

std::string counted_limit(rlim_t limit) { return limit == RLIM_INFINITY ? "unlimited" : fmt::format("{}", limit); }

void check_limits(std::vector<Finding>& out) {
  struct rlimit files = {};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    Finding found{"limits", Health::good, fmt::format("open files: {}", counted_limit(files.rlim_cur)), {}};
    constexpr rlim_t wanted = 4096;
    if (files.rlim_cur < wanted) {
      found.health = Health::warning;
      found.help = "raise it to 65536, with `ulimit -n` or `LimitNOFILE=` of systemd: each connection needs one";
    }
    out.push_back(std::move(found));
  }
  struct rlimit processes = {};
  if (::getrlimit(RLIMIT_NPROC, &processes) == 0) {
    Finding found{"limits", Health::good, fmt::format("processes: {}", counted_limit(processes.rlim_cur)), {}};
    constexpr rlim_t wanted = 512;
    if (processes.rlim_cur < wanted) {
      found.health = Health::warning;
      found.help = "raise it with `ulimit -u` or `LimitNPROC=` of systemd: each script task is a process";
    }
    out.push_back(std::move(found));
  }
  const std::string memory = line_of_file("/sys/fs/cgroup/memory.max");
  uint64_t bytes = 0;
  if (std::from_chars(memory.data(), memory.data() + memory.size(), bytes).ec != std::errc()) return;
  constexpr uint64_t wanted = 256u << 20;
  out.push_back({"limits", bytes < wanted ? Health::warning : Health::good,
                 fmt::format("memory of this container: {} MB", bytes >> 20),
                 bytes < wanted ? "give it at least 256 MB" : ""});
}

/// True if something answers at this socket as a container engine does.
bool is_container_engine(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  std::ranges::copy(path, address.sun_path);
  const OpenFile socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return false;
  constexpr std::string_view question = "GET /_ping HTTP/1.0\r\nHost: localhost\r\n\r\n";
  if (::send(socket.fd(), question.data(), question.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(question.size()))
    return false;
  char answer[64];
  const ssize_t size = ::recv(socket.fd(), answer, sizeof(answer), 0);
  return size > 0 && std::string_view(answer, static_cast<size_t>(size)).contains(" 200 ");
}

Finding container_engine() {
  std::vector<std::string> places;
  const char* host = std::getenv("DOCKER_HOST");
  const std::string_view given = host == nullptr ? "" : host;
  constexpr std::string_view scheme = "unix://";
  if (given.starts_with(scheme)) {
    places.emplace_back(given.substr(scheme.size()));
  } else if (!given.empty()) {
    return {
        "containers", Health::good, "DOCKER_HOST names a container engine of another machine; it was not asked", {}};
  } else {
    places.emplace_back("/var/run/docker.sock");
    if (const char* folder = std::getenv("XDG_RUNTIME_DIR"); folder != nullptr)
      places.push_back(std::string(folder) + "/podman/podman.sock");
    places.emplace_back("/run/podman/podman.sock");
  }
  for (const std::string& place : places) {
    if (is_container_engine(place)) return {"containers", Health::good, "a container engine answers at " + place, {}};
  }
  return {
      "containers", Health::warning, "no container engine answers at " + places.front(),
      "install Docker or Podman, or use `taskRunner: {type: io.kestra.plugin.core.runner.Process}` in script tasks"};
}

bool is_in_path(std::string_view program) {
  const char* path = std::getenv("PATH");
  for (std::string_view folder : base::split(path == nullptr ? "" : path, ':')) {
    const std::string file = fmt::format("{}/{}", folder, program);
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return true;
  }
  return false;
}

void check_interpreters(std::vector<Finding>& out) {
  struct Interpreter {
    std::string_view program;
    std::string_view needed_by;
    Health without;
  };
  constexpr Interpreter all[] = {{"sh", "script tasks", Health::bad},
                                 {"python3", "Python tasks", Health::warning},
                                 {"node", "Node.js tasks", Health::warning}};
  std::string found;
  for (const Interpreter& one : all) {
    if (is_in_path(one.program)) {
      found += fmt::format("{}{}", found.empty() ? "" : ", ", one.program);
      continue;
    }
    out.push_back({"interpreters", one.without, fmt::format("`{}` is not in PATH", one.program),
                   fmt::format("install it if {} run on this machine without containers", one.needed_by)});
  }
  if (!found.empty()) out.push_back({"interpreters", Health::good, "found " + found, {}});
}

// ---------------------------------------------------------------------------------------------- command

class Doctor final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.option("--data", "DIR", data_, "data folder of the server (default: .gyr)");
    arguments.option("--port", "N", port_, "port of the server (default: that of the configuration)");
    arguments.flag("--json", json_, "print [{\"check\", \"status\", \"text\", \"help\"}]");
  }

  int run(Session& session) override {
    check_configuration(session);
    const fs::path data = data_.value_or(".gyr");
    const fs::path folder = nearest_folder(data);
    findings_.push_back(space_of(folder));
    if (auto found = kind_of_disk(folder)) findings_.push_back(*std::move(found));
    findings_.push_back(sync_time(folder));
    findings_.push_back(clock_of_machine());
    check_limits(findings_);
    findings_.push_back(container_engine());
    check_interpreters(findings_);
    check_storage(session);
    if (auto checked = check_port(); !checked) return session.fail(checked.error());
    print(session);
    return std::ranges::any_of(findings_, [](const Finding& found) { return found.health == Health::bad; })
               ? exit_failed
               : exit_ok;
  }

 private:
  void add(Finding found) { findings_.push_back(std::move(found)); }

  void check_configuration(Session& session) {
    const std::string config = config_file(session);
    if (config.empty()) {
      add({"configuration", Health::good, "no file; the defaults and the variables of the environment are used", {}});
    } else if (auto text = read_input(config, session.console); !text) {
      add({"configuration", Health::bad, text.error().message(), text.error().hint()});
      return;
    } else {
      size_t errors = 0, warnings = 0;
      for (const CheckedConfiguration& source : session.program.check_configuration(config, *std::move(text))) {
        for (const syntax::Diagnostic& found : source.diagnostics) {
          errors += found.severity == syntax::Severity::error ? 1 : 0;
          warnings += found.severity == syntax::Severity::warning ? 1 : 0;
        }
      }
      add({"configuration",
           errors > 0     ? Health::bad
           : warnings > 0 ? Health::warning
                          : Health::good,
           fmt::format("{}: {} errors, {} warnings", config, errors, warnings),
           errors + warnings > 0 ? fmt::format("`gyr config check {}` shows them", config) : ""});
    }
    if (auto used = session.program.effective_configuration(config)) settings_ = *std::move(used);
  }

  void check_storage(Session& session) {
    const std::string type = cell_text(value_at(settings_, "kestra.storage.type"));
    if (type.empty() || type == "local") {
      add({"storage", Health::good, "files are stored in the data folder or in another local folder", {}});
      return;
    }
    auto opened = session.program.open_storage(config_file(session), StorageUse::from);
    const auto asked =
        opened ? opened->storage->exists("main", "/gyr-doctor") : base::Result<bool>(base::fail(opened.error()));
    if (asked) {
      add({"storage", Health::good, fmt::format("the storage `{}` answers", type), {}});
    } else {
      add({"storage", Health::bad, fmt::format("the storage `{}` does not answer: {}", type, asked.error().message()),
           asked.error().hint().empty() ? "check its address, its keys and its network" : asked.error().hint()});
    }
  }

  base::Result<void> check_port() {
    constexpr uint16_t usual = 8080;
    uint16_t port = usual;
    const std::string configured = cell_text(value_at(settings_, "micronaut.server.port"));
    const std::string text = port_.value_or(configured.empty() ? fmt::format("{}", usual) : configured);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
      return base::fail(base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--port`", printable(text)))
                            .with_hint("use a number from 0 to 65535"));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const OpenFile socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      add({"port", Health::good, port == 0 ? "any free port is used" : fmt::format("{} is free", port), {}});
    } else if (errno == EADDRINUSE) {
      add({"port", Health::warning, fmt::format("{} is in use", port),
           fmt::format("if it is not your server (`gyr flow list --server localhost:{}`), use another one with --port",
                       port)});
    } else {
      add({"port", Health::bad, fmt::format("cannot listen on {}: {}", port, std::strerror(errno)),
           "use a port above 1023 with --port"});
    }
    return {};
  }

  static std::string_view status_of(Health health) {
    return health == Health::good ? "ok" : health == Health::warning ? "warning" : "error";
  }

  void print(const Session& session) const {
    const Console& console = session.console;
    if (json_) {
      base::ListBuilder list;
      for (const Finding& found : findings_) {
        base::MapBuilder one;
        one.set("check", Value::string(found.check));
        one.set("status", Value::string(status_of(found.health)));
        one.set("text", Value::string(found.text));
        if (!found.help.empty()) one.set("help", Value::string(found.help));
        list.push(one.build());
      }
      return console.out.write(syntax::write_json(list.build()) + '\n');
    }
    const bool color = console.color(console.out);
    std::string out = fmt::format("gyr {}{}\n", session.program.version,
                                  session.program.commit.empty() ? "" : fmt::format(" ({})", session.program.commit));
    size_t bad = 0, warnings = 0;
    for (const Finding& found : findings_) {
      bad += found.health == Health::bad ? 1 : 0;
      warnings += found.health == Health::warning ? 1 : 0;
      const std::string sign = found.health == Health::good      ? painted(Paint::green, "✓", color)
                               : found.health == Health::warning ? painted(Paint::yellow, "!", color)
                                                                 : painted(Paint::red, "✗", color);
      out += fmt::format("{} {:<13}  {}\n", sign, found.check, printable(found.text));
      if (!found.help.empty()) out += fmt::format("    {}\n", printable(found.help));
    }
    out += bad + warnings == 0 ? "this machine is ready\n"
                               : fmt::format("{} error{}, {} warning{}\n", bad, bad == 1 ? "" : "s", warnings,
                                             warnings == 1 ? "" : "s");
    console.out.write(out);
  }

  std::optional<std::string> data_, port_;
  bool json_ = false;
  Value settings_;
  std::vector<Finding> findings_;
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace gyr::cli
