// What every storage must do: the tests run over each back end that is given here.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "storage/storage.h"

namespace gyr::storage::test {

/// An empty storage, with everything that it needs.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Storage& storage() = 0;
};

/// How the suite creates a storage.
struct BackendMaker {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;
  friend void PrintTo(const BackendMaker& maker, std::ostream* out) { *out << maker.name; }
};

/// Creates a new storage for each test.
class StorageSuite : public ::testing::TestWithParam<BackendMaker> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    ASSERT_NE(backend_, nullptr);
    storage_ = &backend_->storage();
  }

  std::string put(std::string_view path, std::string_view content, std::string_view tenant = "main",
                  Metadata metadata = {}) {
    auto sink = storage_->put(tenant, path, std::move(metadata));
    if (!sink) return "error: " + sink.error().message();
    if (auto written = (*sink)->write(content); !written) return "error: " + written.error().message();
    auto uri = (*sink)->finish();
    return uri ? *uri : "error: " + uri.error().message();
  }
  std::string get(std::string_view path, uint64_t offset = 0, std::string_view tenant = "main") {
    auto source = storage_->get(tenant, path, offset);
    if (!source) return "error: " + std::string(source.error().code().text);
    std::string content;
    char buffer[1'000];
    for (;;) {
      auto size = (*source)->read(buffer, sizeof buffer);
      if (!size) return "error: " + size.error().message();
      if (*size == 0) return content;
      content.append(buffer, *size);
    }
  }

  /// The result of get() and of attributes(), which must be the same.
  Metadata metadata(std::string_view path, uint64_t offset = 0) {
    auto source = storage_->get("main", path, offset);
    auto attributes = storage_->attributes("main", path);
    if (!source || !attributes) return {{"error", "not there"}};
    EXPECT_EQ((*source)->metadata(), attributes->metadata) << path;
    return (*source)->metadata();
  }

  std::unique_ptr<Backend> backend_;
  Storage* storage_ = nullptr;
};

/// Appends the name of a back end to the name of a test.
inline std::string name_of_backend(const ::testing::TestParamInfo<BackendMaker>& info) { return info.param.name; }

}  // namespace gyr::storage::test
