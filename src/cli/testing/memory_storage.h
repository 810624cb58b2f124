// An internal storage in memory, for tests.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "storage/test_storage.h"

namespace gyr::cli::testing {

/// Stores files and lists them. Functions that these tests do not need fail.
class MemoryStorage final : public storage::testing::NoStorage {
 public:
  std::map<std::string, std::string> files;  ///< by path

  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view, std::string_view path,
                                                       storage::Metadata) override {
    return std::make_unique<Sink>(*this, std::string(path));
  }
  base::Result<bool> exists(std::string_view, std::string_view path) override {
    return files.contains(std::string(path));
  }

 private:
  class Sink final : public storage::ByteSink {
   public:
    Sink(MemoryStorage& storage, std::string path) : storage_(storage), path_(std::move(path)) {}
    base::Result<void> write(std::string_view bytes) override {
      content_ += bytes;
      return {};
    }
    base::Result<std::string> finish() override {
      storage_.files[path_] = content_;
      return "kestra://" + path_;
    }

   private:
    MemoryStorage& storage_;
    std::string path_;
    std::string content_;
  };
};

}  // namespace gyr::cli::testing
