// Read access to local files through the storage interface (STOR-32).
#pragma once

#include "storage/access.h"
#include "storage/storage.h"

namespace gyr::storage {

/// `path` is a `file:///…` URI. Everything that the rules do not allow, and everything except reading one file, is
/// refused (host_file_refused). Any thread.
class HostFileStorage final : public Storage {
 public:
  explicit HostFileStorage(HostFiles rules) : rules_(std::move(rules)) {}

  base::Result<std::unique_ptr<ByteSource>> get(std::string_view tenant, std::string_view path,
                                                uint64_t offset) override;
  base::Result<FileAttributes> attributes(std::string_view tenant, std::string_view path) override;
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override;
  base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path,
                                              Metadata metadata) override;
  base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) override;
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override;
  base::Result<bool> remove(std::string_view tenant, std::string_view path) override;
  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override;
  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override;

 private:
  HostFiles rules_;
};

}  // namespace gyr::storage
