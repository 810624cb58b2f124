#include "process/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "process/fd.h"

namespace gyr::process {
namespace {

/// Reads /proc/PID/stat: `pid (name) state parent group …`; the name may hold blanks and parentheses.
std::optional<ProcessEntry> read_entry(int proc, const char* pid_text) {
  std::string path = fmt::format("{}/stat", pid_text);
  UniqueFd file(::openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;  // it has ended meanwhile
  char text[512];
  ssize_t count = ::read(file.get(), text, sizeof(text) - 1);
  if (count <= 0) return std::nullopt;
  std::string_view line(text, static_cast<size_t>(count));
  size_t close = line.rfind(')');
  if (close == std::string_view::npos || close + 4 >= line.size()) return std::nullopt;
  text[count] = '\0';
  char* at = text + close + 3;
  ProcessEntry entry;
  entry.pid = std::atoi(pid_text);
  entry.parent = static_cast<int>(std::strtol(at, &at, 10));
  entry.group = static_cast<int>(std::strtol(at, &at, 10));
  return entry;
}

std::vector<ProcessEntry> all_processes() {
  std::vector<ProcessEntry> all;
  DIR* directory = ::opendir("/proc");
  if (directory == nullptr) return all;
  while (const dirent* item = ::readdir(directory)) {
    if (item->d_name[0] < '1' || item->d_name[0] > '9') continue;
    if (auto entry = read_entry(::dirfd(directory), item->d_name)) all.push_back(*entry);
  }
  ::closedir(directory);
  return all;
}

}  // namespace

std::vector<ProcessEntry> descendants_of(int root) {
  std::unordered_map<int, std::vector<ProcessEntry>> children;
  for (const ProcessEntry& entry : all_processes()) children[entry.parent].push_back(entry);
  std::vector<ProcessEntry> found;
  std::vector<int> open = {root};
  while (!open.empty()) {
    auto below = children.extract(open.back());
    open.pop_back();
    if (below.empty()) continue;
    for (const ProcessEntry& entry : below.mapped()) {
      found.push_back(entry);
      open.push_back(entry.pid);
    }
  }
  return found;
}

void signal_descendants(int root, int signal, int spared) {
  int own_group = ::getpgid(root);
  int spared_group = spared == 0 ? 0 : ::getpgid(spared);
  std::set<int> groups;
  for (const ProcessEntry& entry : descendants_of(root)) {
    if (entry.pid == spared) continue;
    if (entry.group == own_group || entry.group == spared_group || entry.group <= 1) {
      ::kill(entry.pid, signal);
    } else {
      groups.insert(entry.group);
    }
  }
  for (int group : groups) ::kill(-group, signal);
}

bool has_child_besides(int other) {
  UniqueFd file(::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC));
  char text[256];  // one number is enough to know
  ssize_t count = file ? ::read(file.get(), text, sizeof(text) - 1) : -1;
  if (count < 0) {  // a kernel without this file
    for (const ProcessEntry& entry : descendants_of(::getpid())) {
      if (entry.parent == ::getpid() && entry.pid != other) return true;
    }
    return false;
  }
  text[count] = '\0';
  for (char* at = text;;) {
    char* end = at;
    long pid = std::strtol(at, &end, 10);
    if (end == at) return false;
    if (pid != other) return true;
    at = end;
  }
}

}  // namespace gyr::process
