export { npyOf } from "../../proxy/labels/testing/label_files.js";
