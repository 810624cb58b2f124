// Documents that are created once and requested often: schemas, the API description (API-111).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "net/loop.h"

namespace gyr::web {

/// A document with its compressed form and its tag.
struct Document {
  std::string text;
  std::string packed;  ///< gzip
  std::string tag;     ///< quoted, for ETag
  std::string content_type;
};

/// Keeps documents by name for the lifetime of the server. Their number is fixed and does not depend on requests.
/// Thread-safe.
class DocumentCache {
 public:
  /// `make` runs on the pool if the document is not cached yet.
  base::Task<base::Result<std::shared_ptr<const Document>>> get(std::string name, std::string content_type,
                                                                net::Pool* pool, base::Loop* loop,
                                                                std::function<std::string()> make);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Document>, std::less<>> documents_;
};

/// The document, compressed if the client accepts it, or 304 if the client already has it.
net::ServerResponse document_answer(const Document& document, const net::Headers& request);

}  // namespace gyr::web
