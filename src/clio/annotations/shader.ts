/**
 * How marks are drawn until a person writes another shader: in their own colour or else the layer's, with a dark rim round points and
 * ends, which shows on pale cytoplasm and dark mitochondria alike. What is not on disk has hollow points and ends, ringed in the warning colour.
 */
export const MARK_SHADER = `
#uicontrol float radius slider(min=3, max=20, default=4.5, step=0.5)
#uicontrol float lineWidth slider(min=1, max=10, default=2, step=0.5)
#uicontrol float opacity slider(min=0, max=1, default=1, step=0.05)
#uicontrol float opacity3D slider(min=0, max=1, default=0.35, step=0.05)
void main() {
  vec4 own = prop_color();
  vec3 color = own.a > 0.0 ? own.rgb : defaultColor();
  vec4 line = vec4(color, opacity);
  vec4 inside = line;
  vec4 rim = vec4(0.04, 0.05, 0.06, 0.9 * opacity);
  if (prop_saved() == 0u) {
    inside = vec4(0.0);
    rim = vec4(0.98, 0.74, 0.3, 1.0);
    line = vec4(rim.rgb, opacity);
  }
  setPointMarkerSize(2.0 * radius);
  setPointMarkerBorderWidth(1.5);
  setPointMarkerColor(inside);
  setPointMarkerBorderColor(rim);
  setLineWidth(lineWidth);
  setLineColor(line);
  setEndpointMarkerSize(radius + lineWidth);
  setEndpointMarkerBorderWidth(1.5);
  setEndpointMarkerColor(inside);
  setEndpointMarkerBorderColor(rim);
  setBoundingBoxBorderWidth(lineWidth);
  setBoundingBoxBorderColor(line);
  setEllipsoidFillColor(vec4(line.rgb, PROJECTION_VIEW ? opacity3D : 0.18 * opacity));
  setEllipsoidBorderWidth(lineWidth);
  setEllipsoidBorderColor(line);
}
`.trimStart();
