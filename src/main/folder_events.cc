#include "main/folder_events.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "main/config/errors.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t wanted_events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_MOVED_FROM;

bool is_watched_folder(const std::string& name) { return !name.starts_with('.') && name != "node_modules"; }

}  // namespace

bool is_flow_file_name(std::string_view name) {
  return !name.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".yaml"));
}

base::Result<std::unique_ptr<FolderEvents>> FolderEvents::watch(std::vector<std::string> folders) {
  auto events = std::make_unique<FolderEvents>();
  events->inotify_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (events->inotify_ < 0)
    return base::fail(base::Error(bad_configuration, fmt::format("cannot watch files: {}", std::strerror(errno)))
                          .with_hint("raise the limit fs.inotify.max_user_instances"));
  events->folders_ = std::move(folders);
  for (const std::string& folder : events->folders_) events->watch_folder(folder);
  return events;
}

FolderEvents::~FolderEvents() {
  if (inotify_ >= 0) ::close(inotify_);
}

void FolderEvents::watch_folder(const std::string& folder) {
  const int watch = ::inotify_add_watch(inotify_, folder.c_str(), wanted_events);
  if (watch < 0) {
    base::log::warn("cannot watch the folder `{}`: {}", folder, std::strerror(errno));
    return;
  }
  watched_[watch] = folder;
  // Files that came before the watch have no event.
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      if (is_watched_folder(name)) watch_folder(entry.path().string());
    } else if (is_flow_file_name(name)) {
      changed_.insert(entry.path().string());
    }
  }
  if (error) base::log::warn("cannot read the folder `{}`: {}", folder, error.message());
}

void FolderEvents::forget_folder(const std::string& folder) {
  const std::string below = folder + "/";
  std::erase_if(watched_, [&](const auto& entry) {
    const bool is_gone = entry.second == folder || entry.second.starts_with(below);
    // The watch of a folder that was removed has ended already; that of a folder that was moved away has not.
    if (is_gone) ::inotify_rm_watch(inotify_, entry.first);
    return is_gone;
  });
}

void FolderEvents::take_event(int watch, uint32_t mask, const std::string& name) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    base::log::warn("too many files changed at the same time; all files are read again");
    for (const std::string& folder : folders_) {
      changed_.insert(folder);
      watch_folder(folder);
    }
    return;
  }
  if ((mask & IN_IGNORED) != 0) watched_.erase(watch);
  const auto folder = watched_.find(watch);
  if (folder == watched_.end() || name.empty()) return;
  const std::string path = (fs::path(folder->second) / name).string();
  if ((mask & IN_ISDIR) != 0) {
    if (!is_watched_folder(name)) return;
    if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      forget_folder(path);
      changed_.insert(path);
    }
    if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) watch_folder(path);
  } else if (is_flow_file_name(name)) {
    // A new file counts when it is written and closed; a symbolic link and a hard link are complete at once.
    std::error_code error;
    if ((mask & IN_CREATE) == 0 || fs::is_symlink(path, error) || fs::hard_link_count(path, error) > 1)
      changed_.insert(path);
  }
}

void FolderEvents::read_events() {
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t size = ::read(inotify_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    for (size_t at = 0; at < static_cast<size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* text = buffer.data() + at + sizeof(event);
      const std::string name(text, event.len == 0 ? 0 : ::strnlen(text, event.len));
      at += sizeof(event) + event.len;
      take_event(event.wd, event.mask, name);
    }
  }
}

std::set<std::string> FolderEvents::take_changed() { return std::exchange(changed_, {}); }

}  // namespace gyr::main
