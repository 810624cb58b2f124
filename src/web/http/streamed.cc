#include "web/http/streamed.h"

#include <memory>
#include <utility>

namespace gyr::web {
namespace {

base::Task<base::Result<std::string>> first_or_next(std::shared_ptr<std::string> first, NextPiece next) {
  if (!first->empty()) co_return std::exchange(*first, {});
  co_return co_await next();
}

}  // namespace

base::Task<base::Result<net::ServerResponse>> streamed(net::ServerResponse response, NextPiece next) {
  GYR_CO_TRY(std::string piece, co_await next());
  if (piece.empty()) co_return response;
  auto first = std::make_shared<std::string>(std::move(piece));
  response.stream = [first, next] { return first_or_next(first, next); };
  co_return response;
}

}  // namespace gyr::web
