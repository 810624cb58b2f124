// Flows and the files of folders in step, in both directions (`micronaut.io.watch`, CLI-57).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "cluster/change_hub.h"
#include "main/folder_events.h"
#include "main/runtime.h"
#include "model/flow.h"
#include "model/flow_parser.h"
#include "store/store.h"

namespace gyr::main {

/// A file that is saved becomes a flow, and a flow that is saved becomes a file; a removed file removes its flow, and a
/// removed flow its file. What is equal already is left alone, which ends the circle. A file that is not a valid
/// flow leaves a line in the log with its place and changes nothing.
///
/// It runs on a thread of its own, which waits for the kernel and for commits. The runtime must outlive the object; the
/// destructor ends the thread.
class FlowSync {
 public:
  /// Watches, loads the flows of all files, then writes a file to the first folder for each flow that has none. Fails
  /// if a folder cannot be used.
  static base::Result<std::unique_ptr<FlowSync>> start(Runtime& runtime, std::vector<std::string> folders);
  explicit FlowSync(Runtime& runtime) : runtime_(runtime) {}  ///< for start()
  ~FlowSync();
  FlowSync(const FlowSync&) = delete;
  FlowSync& operator=(const FlowSync&) = delete;

 private:
  /// What a file holds as far as it was loaded or written.
  struct KnownFile {
    std::vector<model::FlowKey> flows;  ///< in the order of its documents
    size_t hash = 0;                    ///< of its content; 0: nothing of it was loaded yet
    bool is_plain = true;               ///< one flow, as it is stored: it can be written
  };

  void serve();
  void wake();
  void look_at_changes();

  // from files to flows
  void load_changed();
  void remove_missing();
  void load(const std::string& file);
  void claim(const std::string& file, const model::ParsedFlow& parsed);
  void remove_flows_of(const std::string& file);
  bool has_folder_of(const std::string& file) const;
  /// The file that has this flow; null if there is none.
  const std::string* file_of(const model::FlowKey& flow) const;

  // from flows to files
  void write_missing_files();
  void write_file_of(const model::FlowKey& flow);
  void write_file(const std::string& file, const store::FlowRow& row);
  std::string new_file_of(const model::FlowKey& flow) const;

  Runtime& runtime_;
  std::vector<std::string> folders_;
  std::unique_ptr<store::Reader> reader_;
  std::unique_ptr<FolderEvents> events_;
  int wake_ = -1;  // an eventfd: flows have changed, or the end
  std::map<std::string, KnownFile> files_;
  std::set<std::string> missing_;  // files that were gone when they were looked at last
  std::mutex mutex_;               // guards the two below
  std::vector<model::FlowKey> changed_flows_;
  bool ends_ = false;
  executor::ChangeHub::Subscription subscription_;
  std::thread thread_;
};

}  // namespace gyr::main
