// An internal storage for tests that need none, or some of it only.
#pragma once

#include "storage/storage.h"

namespace gyr::storage::testing {

/// Refuses everything; a test overrides what it needs.
class NoStorage : public Storage {
 public:
  base::Result<std::unique_ptr<ByteSource>> get(std::string_view, std::string_view, uint64_t) override {
    return refusal();
  }
  base::Result<std::unique_ptr<ByteSink>> put(std::string_view, std::string_view, Metadata) override {
    return refusal();
  }
  base::Result<bool> exists(std::string_view, std::string_view) override { return refusal(); }
  base::Result<FileAttributes> attributes(std::string_view, std::string_view) override { return refusal(); }
  base::Result<std::vector<FileAttributes>> list(std::string_view, std::string_view) override { return refusal(); }
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view, std::string_view, bool) override {
    return refusal();
  }
  base::Result<bool> remove(std::string_view, std::string_view) override { return refusal(); }
  base::Result<void> create_directory(std::string_view, std::string_view) override { return refusal(); }
  base::Result<void> move(std::string_view, std::string_view, std::string_view) override { return refusal(); }

 private:
  static std::unexpected<base::Error> refusal() { return base::fail(storage_failed, "this test stores nothing"); }
};

}  // namespace gyr::storage::testing
