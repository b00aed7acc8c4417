// Upstream registers its own handler when this is imported, which must be before it is extended.
import "neuroglancer/unstable/annotation/ellipsoid.js";
import { AnnotationType } from "neuroglancer/unstable/annotation/index.js";
import {
  type AnnotationRenderContext,
  type AnnotationRenderHelper,
  getAnnotationTypeRenderHandler,
  registerAnnotationTypeRenderHandler,
} from "neuroglancer/unstable/annotation/type_handler.js";
import { mat4 } from "neuroglancer/unstable/util/geom.js";
import {
  drawQuads,
  glsl_getQuadVertexPosition,
} from "neuroglancer/unstable/webgl/quad.js";
import type {
  ShaderBuilder,
  ShaderProgram,
} from "neuroglancer/unstable/webgl/shader.js";
import {
  defineVertexId,
  VertexIdHelper,
} from "neuroglancer/unstable/webgl/vertex_id.js";

/** What both of upstream's helpers for ellipsoids have beyond what it exports of them. */
interface EllipsoidHelper extends AnnotationRenderHelper {
  /** Defines the function `getSubspaceParams` (centre and radii in the view's space) and the setter of the fill's colour. */
  defineShader(builder: ShaderBuilder): void;
  draw(context: AnnotationRenderContext): void;
}
type EllipsoidHelperClass = new (
  ...args: ConstructorParameters<
    ReturnType<typeof getAnnotationTypeRenderHandler>["sliceViewRenderHelper"]
  >
) => EllipsoidHelper;

/** What is used here of upstream's context for drawing in a slice, which has declarations only in part. */
interface SliceContext {
  readonly emitColor: boolean;
  readonly emitPickID: boolean;
  readonly sliceView: {
    readonly projectionParameters: {
      readonly value: {
        readonly invViewMatrix: mat4;
        readonly projectionMat: mat4;
      };
    };
  };
}

const NO_BORDER = `
void setEllipsoidBorderWidth(float width) {}
void setEllipsoidBorderColor(vec4 color) {}
`;

/**
 * Gives ellipsoids an outline where a slice cuts them, which a shader sets with `setEllipsoidBorderWidth` (pixels) and
 * `setEllipsoidBorderColor` (vec4). Upstream only fills them, which leaves the edge, the very thing that is measured, hard to see. One
 * with an outline is picked by it alone, so that what lies within can be picked too. Others are drawn as upstream does.
 */
export function registerEllipsoidOutlines(): void {
  const handler = getAnnotationTypeRenderHandler(AnnotationType.ELLIPSOID);
  // Upstream exports neither class, only the handler that holds them.
  const Slice = handler.sliceViewRenderHelper as EllipsoidHelperClass;
  const Perspective =
    handler.perspectiveViewRenderHelper as EllipsoidHelperClass;
  registerAnnotationTypeRenderHandler(AnnotationType.ELLIPSOID, {
    ...handler,
    sliceViewRenderHelper: withOutline(Slice),
    perspectiveViewRenderHelper: withoutOutline(Perspective),
    defineShaderNoOpSetters(builder) {
      handler.defineShaderNoOpSetters(builder);
      builder.addVertexCode(NO_BORDER);
    },
  });
}

function withoutOutline(Base: EllipsoidHelperClass): EllipsoidHelperClass {
  return class extends Base {
    override defineShader(builder: ShaderBuilder): void {
      super.defineShader(builder);
      builder.addVertexCode(NO_BORDER);
    }
  };
}

function withOutline(Base: EllipsoidHelperClass): EllipsoidHelperClass {
  return class extends Base {
    private readonly vertexIds = this.registerDisposer(
      VertexIdHelper.get(this.gl),
    );
    private readonly shader = this.getDependentShader(
      "clio/ellipsoid/outline",
      (builder) => {
        defineVertexId(builder);
        this.defineShader(builder);
        defineSection(builder, this);
      },
    );

    override defineShader(builder: ShaderBuilder): void {
      super.defineShader(builder);
      builder.addVarying("highp float", "vBorderWidth", "flat");
      builder.addVarying("highp vec4", "vBorderColor", "flat");
      builder.addVertexCode(`
void setEllipsoidBorderWidth(float width) { vBorderWidth = width; }
void setEllipsoidBorderColor(vec4 color) { vBorderColor = color; }
`);
    }

    override draw(context: AnnotationRenderContext): void {
      // This helper is only ever asked to draw in slices.
      const renderContext: unknown = context.renderContext;
      const slice = renderContext as SliceContext;
      this.enable(this.shader, context, (shader) => {
        const { gl, vertexIds } = this;
        setMatrices(shader, context, slice);
        vertexIds.enable();
        const { emitColor, emitPickID } = slice;
        const picking = shader.uniform("uPicking");
        // One after the other, because the fill has a colour where it has no pick id.
        if (emitColor) {
          if (emitPickID) gl.drawBuffers([gl.COLOR_ATTACHMENT0, gl.NONE]);
          gl.uniform1f(picking, 0);
          drawQuads(gl, 1, context.count);
        }
        if (emitPickID) {
          gl.drawBuffers([gl.NONE, gl.COLOR_ATTACHMENT1]);
          gl.uniform1f(picking, 1);
          drawQuads(gl, 1, context.count);
          gl.drawBuffers([gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1]);
        }
        vertexIds.disable();
      });
    }
  };
}

function setMatrices(
  shader: ShaderProgram,
  context: AnnotationRenderContext,
  { sliceView }: SliceContext,
): void {
  const { gl } = shader;
  const { invViewMatrix, projectionMat } = sliceView.projectionParameters.value;
  const viewportToObject = mat4.multiply(
    mat4.create(),
    context.renderSubspaceInvModelMatrix,
    invViewMatrix,
  );
  const objectToViewport = mat4.invert(mat4.create(), viewportToObject)!;
  const set = (name: string, matrix: Float32List) =>
    gl.uniformMatrix4fv(shader.uniform(name), false, matrix);
  set("uViewportToObject", viewportToObject);
  set("uObjectToViewport", objectToViewport);
  set("uViewportToDevice", projectionMat);
}

/**
 * The section of an ellipsoid with the plane z = 0 of the viewport. A quad covers it; each fragment is told by where it lies on the
 * unit sphere that the ellipsoid becomes when its radii are divided out: within, outside, or so many pixels from the edge.
 */
function defineSection(
  builder: ShaderBuilder,
  helper: AnnotationRenderHelper,
): void {
  builder.addUniform("highp mat4", "uViewportToObject");
  builder.addUniform("highp mat4", "uObjectToViewport");
  builder.addUniform("highp mat4", "uViewportToDevice");
  builder.addUniform("highp float", "uPicking");
  builder.addVarying("highp vec3", "vUnit");
  builder.addVarying("highp float", "vClipCoefficient", "flat");
  builder.addVertexCode(glsl_getQuadVertexPosition);
  builder.setVertexMain(`
SubspaceParams params = getSubspaceParams();
vec3 radii = max(params.subspaceRadii, vec3(1e-3));
mat3 toViewport = mat3(uObjectToViewport);
vec3 center = (uObjectToViewport * vec4(params.subspaceCenter, 1.0)).xyz;
vec3 x = toViewport[0] * radii.x;
vec3 y = toViewport[1] * radii.y;
vec3 z = toViewport[2] * radii.z;
vec3 reach = sqrt(x * x + y * y + z * z);
if (params.cull || abs(center.z) >= reach.z) {
  gl_Position = vec4(2.0, 0.0, 0.0, 1.0);
  return;
}
vec2 corner = getQuadVertexPosition(vec2(-1.0), vec2(1.0)) * (reach.xy + 2.0);
vUnit = (mat3(uViewportToObject) * vec3(corner, -center.z)) / radii;
vClipCoefficient = params.clipCoefficient;
vBorderWidth = 0.0;
vBorderColor = vec4(0.0);
gl_Position = uViewportToDevice * vec4(center.xy + corner, 0.0, 1.0);
${helper.invokeUserMain}
vec4 fill = vColor;
${helper.setPartIndex(builder)};
if (vColor != fill) vBorderColor.rgb = mix(vBorderColor.rgb, vec3(1.0), 0.75);
`);
  builder.setFragmentMain(`
float from = length(vUnit);
float within = (1.0 - from) / max(length(vec2(dFdx(from), dFdy(from))), 1e-9);
float covered = clamp(within + 0.5, 0.0, 1.0);
float border = vBorderWidth > 0.0 ? clamp(vBorderWidth - within + 0.5, 0.0, 1.0) : 0.0;
if (covered == 0.0) discard;
if (uPicking > 0.0 && vBorderWidth > 0.0 && border == 0.0) discard;
vec4 color = mix(vColor, vBorderColor, border);
emitAnnotation(vec4(color.rgb, color.a * covered * vClipCoefficient));
`);
}
