#include "web/http/path.h"

#include "base/text.h"
#include "net/url.h"
#include "web/http/errors.h"

namespace gyr::web {

base::Result<void> PathSegments::assign(std::string_view path) {
  count_ = 0;
  decoded_.clear();
  open_end_ = path.size() > 1 && path.ends_with('/');
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (count_ == parts_.size()) return base::fail(unknown_path, "Not Found: the path is too long");
    bool plain = true;
    for (char c : segment) {
      if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
        return base::fail(bad_argument, "cannot read the path: it contains a control character");
      plain = plain && c != '%' && c >= ' ';
    }
    if (!plain) {
      auto text = net::decode_text(segment);
      if (!text) return base::fail(bad_argument, "cannot read the path: " + text.error().message());
      segment = decoded_.emplace_back(*std::move(text));
    }
    parts_[count_++] = segment;
  }
  return {};
}

std::string_view collapse_slashes(std::string_view path, std::string& buffer) {
  if (path.find("//") == std::string_view::npos) return path;
  buffer.clear();
  for (char c : path) {
    if (c != '/' || !buffer.ends_with('/')) buffer.push_back(c);
  }
  return buffer;
}

}  // namespace gyr::web
