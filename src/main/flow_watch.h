// Flows that are loaded whenever their files are saved (`gyr dev`).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "main/folder_events.h"
#include "main/runtime.h"

namespace gyr::main {

/// Watches folders with inotify on a thread of its own and saves the flows of files that change. Prints what it does
/// on standard error. Files that are not flows, hidden folders and `node_modules` are left out. A flow whose file is
/// deleted stays. The runtime must outlive the object; the destructor ends the thread.
class FlowWatch {
 public:
  /// Watches, then loads all flows that are there.
  static base::Result<std::unique_ptr<FlowWatch>> start(Runtime& runtime, const std::vector<std::string>& folders);
  explicit FlowWatch(Runtime& runtime) : runtime_(runtime) {}  ///< for start()
  ~FlowWatch();
  FlowWatch(const FlowWatch&) = delete;
  FlowWatch& operator=(const FlowWatch&) = delete;

 private:
  void serve();
  void load(const std::string& file);
  void load_changed();

  Runtime& runtime_;
  std::unique_ptr<FolderEvents> events_;
  int stop_ = -1;                         // an eventfd
  std::map<std::string, size_t> loaded_;  // hash of the content that was loaded last
  std::thread thread_;
};

}  // namespace gyr::main
