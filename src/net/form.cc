#include "net/form.h"

namespace gyr::net {

base::Task<base::Result<QueryList>> read_form(BodyReader* body, size_t limit) {
  GYR_CO_TRY(std::string text, co_await body->all(limit));
  co_return parse_query(text, Plus::blank);
}

std::string encode_form(const QueryList& pairs) {
  std::string text = encode_query(pairs);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "%20") == 0) {
      out += '+';
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace gyr::net
