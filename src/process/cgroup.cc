#include "process/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "process/error_text.h"
#include "process/fd.h"
#include "process/process_tree.h"

namespace gyr::process {
namespace {

using std::filesystem::path;

constexpr std::string_view server_prefix = "gyr-server-";
constexpr std::string_view run_prefix = "gyr-run-";
/// Processes may start others while they are moved; the list is read again up to this many times.
constexpr int move_rounds = 20;
/// The period of `cpu.max` in microseconds; the default of the kernel.
constexpr int64_t cpu_period = 100'000;

std::unexpected<base::Error> unavailable(std::string message, std::string hint) {
  return base::fail(base::Error(limits_unavailable, std::move(message)).with_hint(std::move(hint)));
}

constexpr std::string_view delegate_hint =
    "start the server as a service of systemd with `Delegate=yes`, or in a container with a writable cgroup file "
    "system";

/// The words between white space of any length: control files part theirs by blanks or by lines.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (size_t at = 0; (at = text.find_first_not_of(" \t\n", at)) != std::string_view::npos;) {
    size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

/// A positive number and nothing else.
std::optional<int> pid_of(std::string_view text) {
  int pid = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || end != text.data() + text.size() || pid <= 0) return std::nullopt;
  return pid;
}

/// Blanks in names of mounts are written `\040`.
std::string unescaped(std::string_view text) {
  auto octal = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The server that a group belongs to by its name.
std::optional<int> owner_of(std::string_view name) {
  if (name.starts_with(server_prefix)) return pid_of(name.substr(server_prefix.size()));
  if (!name.starts_with(run_prefix)) return std::nullopt;
  name.remove_prefix(run_prefix.size());
  size_t dash = name.find('-');
  return dash == std::string_view::npos ? std::nullopt : pid_of(name.substr(0, dash));
}

std::vector<std::string_view> controllers_of(const Limits& limits) {
  std::vector<std::string_view> names;
  if (limits.memory) names.emplace_back("memory");
  if (limits.millicpus) names.emplace_back("cpu");
  if (limits.pids) names.emplace_back("pids");
  return names;
}

bool contains(const auto& list, const auto& one) { return std::ranges::find(list, one) != list.end(); }

}  // namespace

std::expected<std::string, int> CgroupFiles::read(const path& file) {
  UniqueFd open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!open) return std::unexpected(errno);
  std::string text;
  char buffer[4096];
  for (;;) {
    ssize_t count = ::read(open.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    if (count == 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

int CgroupFiles::write(const path& file, std::string_view text) {
  UniqueFd open(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!open) return errno;
  return ::write(open.get(), text.data(), text.size()) < 0 ? errno : 0;
}

int CgroupFiles::make(const path& folder) { return ::mkdir(folder.c_str(), 0755) == 0 ? 0 : errno; }

int CgroupFiles::remove(const path& folder) { return ::rmdir(folder.c_str()) == 0 ? 0 : errno; }

std::vector<std::string> CgroupFiles::folders(const path& folder) {
  std::vector<std::string> names;
  DIR* directory = ::opendir(folder.c_str());
  if (directory == nullptr) return names;
  while (const dirent* item = ::readdir(directory)) {
    if (item->d_type == DT_DIR && item->d_name[0] != '.') names.emplace_back(item->d_name);
  }
  ::closedir(directory);
  return names;
}

base::Result<path> own_cgroup(std::string_view membership, std::string_view mounts) {
  std::optional<std::string> own;
  for (std::string_view line : base::split(membership, '\n')) {
    if (line.starts_with("0::")) own = line.substr(3);
  }
  std::optional<std::pair<std::string, path>> mount;  // which part of the hierarchy, and where
  for (std::string_view line : base::split(mounts, '\n')) {
    const auto fields = words(line);
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() < 6 || dash == fields.end() || dash + 1 == fields.end() || dash[1] != "cgroup2") continue;
    mount.emplace(unescaped(fields[3]), unescaped(fields[4]));
  }
  if (!own || !mount) {
    return unavailable("cannot limit a process: this system does not have control groups version 2 (cgroup v2)",
                       "mount cgroup2 at /sys/fs/cgroup, or use the Docker task runner");
  }
  std::string_view below = *own;
  if (mount->first != "/") {
    bool inside =
        below.starts_with(mount->first) && (below.size() == mount->first.size() || below[mount->first.size()] == '/');
    if (!inside)
      below = "/..";
    else
      below.remove_prefix(mount->first.size());
  }
  if (below.starts_with("/..")) {
    return unavailable(
        fmt::format("the control group of this server (`{}`) is not below the cgroup file system at `{}`", *own,
                    mount->second.string()),
        std::string(delegate_hint));
  }
  return below.size() <= 1 ? mount->second : mount->second / below.substr(1);
}

RunCgroup::~RunCgroup() {
  std::lock_guard lock(home_->mutex_);
  home_->remove(path_);
}

std::shared_ptr<RunCgroups> RunCgroups::of_this_server() {
  Place place;
  place.pid = ::getpid();
  place.descendants = [](int pid) {
    std::vector<int> pids;
    for (const ProcessEntry& entry : descendants_of(pid)) pids.push_back(entry.pid);
    return pids;
  };
  place.alive = [](int pid) { return ::kill(pid, 0) == 0 || errno == EPERM; };
  return std::make_shared<RunCgroups>(std::move(place), std::make_unique<CgroupFiles>());
}

std::string RunCgroups::read_or_empty(const path& file) const { return files_->read(file).value_or(""); }

base::Result<std::unique_ptr<RunCgroup>> RunCgroups::make(uint64_t id, const Limits& limits) {
  std::lock_guard lock(mutex_);
  retry_removals();
  GYR_CHECK(prepare(limits));
  path folder = home_ / fmt::format("{}{}-{}", run_prefix, place_.pid, id);
  if (int error = files_->make(folder); error != 0) {
    return unavailable(fmt::format("cannot create the control group `{}`: {}", folder.string(), error_text(error)), {});
  }
  if (auto set = set_limits(folder, limits); !set) {
    remove(folder);
    return base::fail(set.error());
  }
  return std::make_unique<RunCgroup>(shared_from_this(), std::move(folder));
}

base::Result<void> RunCgroups::prepare(const Limits& limits) {
  if (!home_.empty()) return check_controllers(home_, limits);
  GYR_TRY(path own, own_cgroup(read_or_empty(place_.membership), read_or_empty(place_.mounts)));
  const std::string own_name = fmt::format("{}{}", server_prefix, place_.pid);
  if (own.filename() == own_name) {  // another spawner of this server has prepared it
    GYR_CHECK(check_controllers(own.parent_path(), limits));
    home_ = own.parent_path();
    return {};
  }
  GYR_CHECK(check_controllers(own, limits));
  // The root of all groups has no type; it may have members.
  const bool is_root = !files_->read(own / "cgroup.type").has_value();
  const path leaf = own / own_name;
  if (!is_root) {
    GYR_CHECK(check_members(own));
    if (int error = files_->make(leaf); error != 0 && error != EEXIST) {
      return unavailable(
          fmt::format("the server cannot create groups in its control group `{}`: {}", own.string(), error_text(error)),
          std::string(delegate_hint));
    }
  }
  home_ = own;
  auto done = is_root ? base::Result<void>() : move_out(own, leaf);
  if (done) done = pass_on_controllers();
  if (done) return {};
  home_.clear();
  if (!is_root) {  // as before; what cannot be put back stays where it is as well off
    if (auto back = move_out(leaf, own); back) files_->remove(leaf);
  }
  return done;
}

base::Result<void> RunCgroups::check_controllers(const path& folder, const Limits& limits) const {
  const std::string text = read_or_empty(folder / "cgroup.controllers");
  const auto available = words(text);
  std::string missing;
  for (std::string_view name : controllers_of(limits)) {
    if (!contains(available, name)) missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", name);
  }
  if (missing.empty()) return {};
  return unavailable(fmt::format("the control group of this server (`{}`) has no controller {} of cgroup v2",
                                 folder.string(), missing),
                     std::string(delegate_hint));
}

base::Result<void> RunCgroups::check_members(const path& folder) const {
  const std::string text = read_or_empty(folder / "cgroup.procs");
  const auto below = place_.descendants(place_.pid);
  for (std::string_view word : words(text)) {
    auto pid = pid_of(word);
    if (pid == place_.pid || (pid && contains(below, *pid))) continue;
    if (pid && !place_.alive(*pid)) continue;
    return unavailable(fmt::format("cannot create groups in the control group of the server (`{}`): it also contains "
                                   "other processes, such as {}",
                                   folder.string(), word),
                       std::string(delegate_hint));
  }
  return {};
}

base::Result<void> RunCgroups::move_out(const path& from, const path& to) const {
  int last_error = 0;
  for (int round = 0; round < move_rounds; ++round) {
    const std::string text = read_or_empty(from / "cgroup.procs");
    const auto pids = words(text);
    if (pids.empty()) return {};
    for (std::string_view pid : pids) {
      int error = files_->write(to / "cgroup.procs", pid);
      if (error != 0 && error != ESRCH) last_error = error;
    }
  }
  return unavailable(
      fmt::format("cannot move the server's processes from the control group `{}` to `{}`: {}", from.string(),
                  to.string(), last_error == 0 ? "new processes keep appearing" : error_text(last_error)),
      std::string(delegate_hint));
}

base::Result<void> RunCgroups::pass_on_controllers() {
  const std::string text = read_or_empty(home_ / "cgroup.controllers");
  std::string wanted;
  for (std::string_view name : words(text)) {
    if (name == "memory" || name == "cpu" || name == "pids")
      wanted += fmt::format("{}+{}", wanted.empty() ? "" : " ", name);
  }
  int error = files_->write(home_ / "cgroup.subtree_control", wanted);
  if (error == 0) return {};
  return unavailable(
      fmt::format("cannot enable controllers for the child groups of `{}`: {}", home_.string(), error_text(error)),
      std::string(delegate_hint));
}

base::Result<void> RunCgroups::set_limits(const path& folder, const Limits& limits) const {
  auto set = [&](std::string_view file, const std::string& value) -> base::Result<void> {
    int error = files_->write(folder / file, value);
    if (error == 0) return {};
    return unavailable(fmt::format("cannot write `{}` to `{}`: {}", value, (folder / file).string(), error_text(error)),
                       {});
  };
  if (limits.memory) {
    GYR_CHECK(set("memory.max", std::to_string(*limits.memory)));
    // Without swap this file does not exist; if it exists it must be set, or the limit would not apply.
    if (files_->read(folder / "memory.swap.max")) GYR_CHECK(set("memory.swap.max", "0"));
    // All of a run or nothing: half a script is worth less than a clear end.
    if (files_->read(folder / "memory.oom.group")) GYR_CHECK(set("memory.oom.group", "1"));
  }
  if (limits.millicpus) {
    GYR_CHECK(set("cpu.max", fmt::format("{} {}", *limits.millicpus * cpu_period / 1000, cpu_period)));
  }
  if (limits.pids) GYR_CHECK(set("pids.max", std::to_string(*limits.pids)));
  return {};
}

void RunCgroups::remove(const path& folder) {
  int error = files_->remove(folder);
  if (error != 0 && error != ENOENT) unremoved_.push_back(folder);
}

void RunCgroups::retry_removals() {
  for (path& folder : std::exchange(unremoved_, {})) remove(folder);
}

void RunCgroups::remove_leftovers() {
  std::lock_guard lock(mutex_);
  auto own = own_cgroup(read_or_empty(place_.membership), read_or_empty(place_.mounts));
  if (!own) return;
  for (const std::string& name : files_->folders(*own)) {
    auto owner = owner_of(name);
    if (!owner || (*owner != place_.pid && place_.alive(*owner))) continue;
    if (name.starts_with(run_prefix)) files_->write(*own / name / "cgroup.kill", "1");
    remove(*own / name);  // what is still dying goes with the next run that has limits
  }
}

void kill_cgroup(const path& group) {
  CgroupFiles().write(group / "cgroup.kill", "1");  // older kernels do not have this file; the tree is signalled anyway
}

bool ran_out_of_memory(std::string_view memory_events) {
  return std::ranges::any_of(base::split(memory_events, '\n'), [](std::string_view line) {
    const auto fields = words(line);
    return fields.size() == 2 && fields[0] == "oom_kill" && fields[1] != "0";
  });
}

bool leave_cgroup(const path& group) {
  CgroupFiles files;
  bool exhausted = ran_out_of_memory(files.read(group / "memory.events").value_or(""));
  files.remove(group);  // the server tries again what did not go
  return exhausted;
}

}  // namespace gyr::process
