#include "storage/s3/xml.h"

#include <expat.h>
#include <fmt/format.h>

#include <memory>

#include "storage/storage.h"

namespace gyr::storage::s3 {
namespace {

constexpr size_t deepest = 32;              // answers of stores have five levels
constexpr size_t max_elements = 1'000'000;  // a page of a listing has some ten thousand

struct ParserFree {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

/// Builds the tree from expat's events. A path of indices would break when vectors grow, so open elements are kept here
/// and moved into their parents when they end.
struct TreeBuilder {
  XML_Parser parser = nullptr;
  std::vector<XmlElement> open;
  XmlElement root;
  size_t elements = 0;
  std::string refused;

  void refuse(std::string why) {
    if (refused.empty()) refused = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }

  static void on_begin(void* self, const XML_Char* name, const XML_Char**) {
    auto* builder = static_cast<TreeBuilder*>(self);
    if (builder->open.size() >= deepest) return builder->refuse("it is nested too deeply");
    if (++builder->elements > max_elements) return builder->refuse("it has too many elements");
    const std::string_view full = name;
    const size_t colon = full.rfind(':');
    XmlElement element;
    element.name = colon == std::string_view::npos ? full : full.substr(colon + 1);
    builder->open.push_back(std::move(element));
  }
  static void on_end(void* self, const XML_Char*) {
    auto* builder = static_cast<TreeBuilder*>(self);
    if (!builder->refused.empty() || builder->open.empty()) return;
    XmlElement element = std::move(builder->open.back());
    builder->open.pop_back();
    if (builder->open.empty()) {
      builder->root = std::move(element);
    } else {
      builder->open.back().children.push_back(std::move(element));
    }
  }
  static void on_text(void* self, const XML_Char* text, int length) {
    auto* builder = static_cast<TreeBuilder*>(self);
    if (!builder->open.empty()) builder->open.back().text.append(text, static_cast<size_t>(length));
  }
  static void on_document_type(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    static_cast<TreeBuilder*>(self)->refuse("it has a document type");
  }
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  for (const XmlElement& element : children) {
    if (element.name == child) return &element;
  }
  return nullptr;
}

std::string_view XmlElement::text_of(std::string_view child) const {
  const XmlElement* found = find(child);
  return found == nullptr ? std::string_view() : found->text;
}

base::Result<XmlElement> parse_xml(std::string_view document) {
  const Parser parser(XML_ParserCreate(nullptr));
  if (parser == nullptr) return base::fail(storage_failed, "cannot parse an XML response: out of memory");
  TreeBuilder builder{.parser = parser.get()};
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), &TreeBuilder::on_begin, &TreeBuilder::on_end);
  XML_SetCharacterDataHandler(parser.get(), &TreeBuilder::on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &TreeBuilder::on_document_type);
  constexpr size_t longest = INT32_MAX;
  if (document.size() > longest) return base::fail(storage_failed, "an XML response is too long");
  if (XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE) != XML_STATUS_OK) {
    const std::string why = builder.refused.empty() ? XML_ErrorString(XML_GetErrorCode(parser.get())) : builder.refused;
    return base::fail(storage_failed, fmt::format("cannot parse an XML response, line {}: {}",
                                                  XML_GetCurrentLineNumber(parser.get()), why));
  }
  return std::move(builder.root);
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default:
        // White space at the ends, and carriage returns anywhere, would not arrive as they are.
        if (static_cast<unsigned char>(c) < ' ') {
          out += fmt::format("&#{};", static_cast<int>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  return out;
}

}  // namespace gyr::storage::s3
