// Internal storage of files (STOR-1 ff): bulk data lies here, the store carries URIs only.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"

namespace gyr::storage {

inline constexpr base::ErrorCode file_not_found{"GYR-O001"};
inline constexpr base::ErrorCode bad_storage_uri{"GYR-O002"};  ///< STOR-4
inline constexpr base::ErrorCode storage_failed{"GYR-O003"};
inline constexpr base::ErrorCode storage_full{"GYR-O004"};
inline constexpr base::ErrorCode metadata_refused{"GYR-O008"};  ///< STOR-10

/// The metadata of an object: texts by name (STOR-10). It is optional.
using Metadata = std::map<std::string, std::string>;

/// What lies in storage under a name.
struct FileAttributes {
  std::string file_name;
  bool directory = false;
  uint64_t size = 0;
  int64_t created_ms = 0;
  int64_t modified_ms = 0;
  Metadata metadata = {};  ///< of a file, from attributes(); not set in lists
};

/// Bytes in order; read() returns 0 at the end.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual base::Result<size_t> read(char* buffer, size_t capacity) = 0;

  /// Of the object that is read; empty where the source is none.
  const Metadata& metadata() const { return metadata_; }
  void set_metadata(Metadata metadata) { metadata_ = std::move(metadata); }

 private:
  Metadata metadata_;
};
std::unique_ptr<ByteSource> source_of(std::string bytes);
base::Result<std::unique_ptr<ByteSource>> source_of_file(const std::filesystem::path& file, uint64_t offset = 0);

/// An object that is being written. Nothing is visible before finish(), which makes the complete object appear.
/// Dropping it before leaves nothing behind.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual base::Result<void> write(std::string_view bytes) = 0;
  /// Gives the object's `kestra:///…` URI.
  virtual base::Result<std::string> finish() = 0;
};

/// One back end. Blocking: callers use the `file` pool. Safe on any thread. `path` is the absolute path of the object,
/// such as `/company/team/flow/executions/…` (a URI without `kestra://`); a path with `..`, without leading `/`, with a
/// NUL or longer than 4,096 bytes is refused (STOR-4).
class Storage {
 public:
  virtual ~Storage() = default;
  virtual base::Result<std::unique_ptr<ByteSource>> get(std::string_view tenant, std::string_view path,
                                                        uint64_t offset = 0) = 0;
  /// `metadata` replaces that of an existing object of the same name. Metadata that check_metadata refuses, or that the
  /// back end cannot store, is metadata_refused.
  virtual base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path,
                                                      Metadata metadata = {}) = 0;
  /// Turns a complete local file into the object without copying its bytes; the file is moved. Nothing if this back end
  /// cannot do that with this file (another disk, another owner, the file is open for writing or has another name): the
  /// file is unchanged, and the caller uses put().
  virtual base::Result<std::optional<std::string>> take_over(std::string_view tenant, std::string_view path,
                                                             const std::filesystem::path& local);
  virtual base::Result<bool> exists(std::string_view tenant, std::string_view path) = 0;
  virtual base::Result<FileAttributes> attributes(std::string_view tenant, std::string_view path) = 0;
  /// Direct children only; a missing directory is file_not_found.
  virtual base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) = 0;
  /// The URIs of everything below, recursively; directories, if requested, end with `/`.
  virtual base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                               bool directories) = 0;
  /// Removes a file with its metadata, or a directory with its content; returns whether it existed.
  virtual base::Result<bool> remove(std::string_view tenant, std::string_view path) = 0;
  virtual base::Result<void> create_directory(std::string_view tenant, std::string_view path) = 0;
  /// Moves a file with its metadata, or a directory with its content. An existing target file is replaced.
  virtual base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) = 0;
};

/// Whether the path is valid for all back ends: the rule of `path` above.
base::Result<void> check_path(std::string_view path);

/// Whether every back end can store it: names of 1 to 128 letters, digits, `.`, `-` and `_`; texts in UTF-8; 16 KB in
/// total.
base::Result<void> check_metadata(const Metadata& metadata);

/// `kestra:///a/b` to `/a/b`; refuses other schemes and `..` with the reference's texts (STOR-4).
base::Result<std::string> path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path);

/// STOR-6: lower case, `_` to `-`, dots vanish.
std::string slug(std::string_view text);
// Paths of STOR-5.
std::string flow_path(std::string_view namespace_, std::string_view flow_id);
std::string execution_path(std::string_view namespace_, std::string_view flow_id, base::Id execution);
std::string input_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                       std::string_view input_id, std::string_view file_name);
std::string task_run_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                          std::string_view task_id, base::Id task_run, std::string_view name);
/// Of a file that the evaluation of a trigger wrote, below the execution that the evaluation started (TRIG-145).
std::string trigger_path(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                         std::string_view trigger_id, std::string_view name);
/// Of the files a WorkingDirectory keeps; inside a loop each value has its own.
std::string directory_cache_path(std::string_view namespace_, std::string_view flow_id, std::string_view task_id,
                                 const std::optional<std::string>& value);
/// Of the outputs of a task with `taskCache`; `key` are hexadecimal digits.
std::string task_cache_path(std::string_view namespace_, std::string_view flow_id, std::string_view key);
std::string namespace_file_path(std::string_view namespace_, std::string_view path, int32_t revision);

}  // namespace gyr::storage
