#include "web/http/document_cache.h"

#include "base/hash.h"
#include "base/text.h"
#include "net/compression.h"
#include "net/header_value.h"
#include "web/http/answers.h"
#include "web/http/await.h"

namespace gyr::web {
namespace {

using DocumentPtr = std::shared_ptr<const Document>;

/// Tells versions apart, guards nothing.
std::string tag_of(std::string_view text) { return fmt::format("\"{:016x}\"", base::fnv1a(text)); }

}  // namespace

base::Task<base::Result<DocumentPtr>> DocumentCache::get(std::string name, std::string content_type, net::Pool* pool,
                                                         base::Loop* loop, std::function<std::string()> make) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = documents_.find(name); found != documents_.end()) co_return found->second;
  }
  // Two that ask at the same time both make it: the same document.
  GYR_CO_TRY(DocumentPtr made,
             co_await on_pool<DocumentPtr>(pool, loop, [make, content_type]() -> base::Result<DocumentPtr> {
               auto document = std::make_shared<Document>();
               document->text = make();
               document->packed = net::compress(net::Encoding::gzip, document->text);
               document->tag = tag_of(document->text);
               document->content_type = content_type;
               return DocumentPtr(std::move(document));
             }));
  std::lock_guard lock(mutex_);
  co_return documents_.try_emplace(std::move(name), std::move(made)).first->second;
}

net::ServerResponse document_answer(const Document& document, const net::Headers& request) {
  net::ServerResponse response;
  allow_caching(response);
  response.headers.add("ETag", document.tag);
  if (auto known = request.get("If-None-Match"); known && net::names_etag(*known, document.tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", document.content_type);
  if (net::choose_encoding(request.get("Accept-Encoding")) == net::Encoding::gzip) {
    response.headers.add("Content-Encoding", "gzip");
    response.headers.add("Vary", "Accept-Encoding");
    response.body = document.packed;
  } else {
    response.body = document.text;
  }
  return response;
}

}  // namespace gyr::web
