// Working directory and internal storage of one attempt (SCRIPT-40, STOR-5, STOR-9).
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "net/loop.h"
#include "plugin_api/run_context.h"
#include "storage/access.h"
#include "storage/storage.h"

namespace gyr::worker {

/// The settings and services for files that all attempts of a worker share.
struct FileServices {
  base::Loop& loop;
  net::Pool& pool;
  storage::Storage& storage;
  std::filesystem::path temporary;  ///< the parent folder of the working directories
  std::filesystem::path cache;
  const storage::HostFiles& host_files;
};

/// Lives on the loop of the worker; blocking operations run in the file pool. Call remove_all() at the end.
class AttemptFiles final : public plugin::Files {
 public:
  using HostCall = std::function<base::Task<base::Result<base::Value>>(std::string function, base::Value arguments)>;

  /// `shared`: a working directory that others use and remove; empty: the attempt creates its own directory when it
  /// needs one.
  AttemptFiles(FileServices services, plugin::RunInfo info, HostCall host, std::filesystem::path shared = {});

  base::Result<std::filesystem::path> working_directory() override;
  base::Result<std::filesystem::path> resolve(std::string_view user_path) override;
  base::Task<base::Result<std::string>> store(std::filesystem::path local, std::string name) override;
  base::Task<base::Result<std::string>> store_bytes(std::string bytes, std::string name) override;
  base::Task<base::Result<std::string>> store_copy(std::filesystem::path local, std::string name) override;
  base::Task<base::Result<std::optional<std::string>>> copy(std::string uri, std::string name) override;
  base::Task<base::Result<void>> fetch(std::string uri, std::filesystem::path local) override;
  base::Task<base::Result<std::string>> read(std::string uri, size_t limit_bytes) override;
  base::Task<base::Result<uint64_t>> size(std::string uri) override;
  base::Task<base::Result<bool>> remove(std::string uri) override;
  base::Result<std::filesystem::path> cache_directory() override;
  base::Task<void> on_pool(std::move_only_function<void()> work) override;

  /// Removes the working directory with its content. A failure is only logged by the server.
  base::Task<void> remove_all();

 private:
  /// Opens a URI that this execution may read: an object of storage, or a file of this machine. Returns nothing if a
  /// namespace file does not exist.
  struct Located {
    std::string path;
    bool on_host = false;
  };
  std::string target_of(std::string_view name) const;
  base::Task<base::Result<std::optional<Located>>> find(std::string uri);
  base::Task<base::Result<Located>> locate(std::string uri);
  static base::Result<std::unique_ptr<storage::ByteSource>> open(const FileServices& services,
                                                                 const std::string& tenant, const Located& located);

  FileServices services_;
  plugin::RunInfo info_;
  HostCall host_;
  std::filesystem::path directory_;
  bool shared_;
};

}  // namespace gyr::worker
