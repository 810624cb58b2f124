// Which flow files below folders have changed, as inotify tells.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::main {

/// Editors write a file in several steps: what changes within this time is looked at once.
inline constexpr int quiet_ms = 60;

/// Whether a name is that of a flow file: `.yml` or `.yaml`, not hidden.
bool is_flow_file_name(std::string_view name);

/// Watches folders with everything below them, but not hidden folders and `node_modules`. Symbolic links to folders are
/// not followed. One thread.
class FolderEvents {
 public:
  /// Watches; all flow files that are there count as changed.
  static base::Result<std::unique_ptr<FolderEvents>> watch(std::vector<std::string> folders);
  FolderEvents() = default;  ///< for watch()
  ~FolderEvents();
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;

  /// Readable when read_events() has something to read.
  int descriptor() const { return inotify_; }
  /// Takes the events that are waiting. After an overflow of the kernel's queue, every file counts as changed.
  void read_events();
  bool has_changed() const { return !changed_.empty(); }
  /// Paths of files that were written, moved or removed, and of folders that were moved or removed, since the last
  /// call. A file counts when it is closed after writing.
  std::set<std::string> take_changed();

 private:
  void watch_folder(const std::string& folder);
  /// The folder is elsewhere or gone: its watches and those below it end.
  void forget_folder(const std::string& folder);
  void take_event(int watch, uint32_t mask, const std::string& name);

  std::vector<std::string> folders_;
  int inotify_ = -1;
  std::map<int, std::string> watched_;  // folder of each watch
  std::set<std::string> changed_;
};

}  // namespace gyr::main
