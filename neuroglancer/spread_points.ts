/** Has the points of annotations drawn as plain vertices instead of instances of a square. */
import { AnnotationType } from "neuroglancer/unstable/annotation/index.js";
import {
  type AnnotationRenderContext,
  type AnnotationRenderHelper,
  type AnnotationShaderGetter,
  getAnnotationTypeRenderHandler,
  registerAnnotationTypeRenderHandler,
} from "neuroglancer/unstable/annotation/type_handler.js";
import { GLBuffer } from "neuroglancer/unstable/webgl/buffer.js";
import {
  initializeCircleShader,
  VERTICES_PER_CIRCLE,
} from "neuroglancer/unstable/webgl/circles.js";
import type { ShaderBuilder } from "neuroglancer/unstable/webgl/shader.js";
import type { VertexIdHelper } from "neuroglancer/unstable/webgl/vertex_id.js";

/** Upstream's, which it does not export. */
interface PointRenderHelper extends AnnotationRenderHelper {
  /** For points in space that is seen in all of its dimensions. */
  readonly shaderGetter3d: AnnotationShaderGetter;
  readonly vertexIdHelper: VertexIdHelper;
  draw(context: AnnotationRenderContext): void;
}

type Options = ConstructorParameters<typeof AnnotationRenderHelper>;

type PointRenderHelperConstructor = new (
  ...options: Options
) => PointRenderHelper;

/** Points, each of them once for each vertex of its circle's square. */
export class SpreadBuffer extends GLBuffer {
  /** @param words four bytes each, as many for each of `count` points, one point after another */
  setPoints(words: Uint32Array<ArrayBuffer>, count: number): void {
    this.setData(spread(words, count));
  }
}

/** Each of `count` points once for each vertex of its square. */
export function spread(
  words: Uint32Array<ArrayBuffer>,
  count: number,
): Uint32Array<ArrayBuffer> {
  const size = words.length / count;
  const result = new Uint32Array(words.length * VERTICES_PER_CIRCLE);
  let to = 0;
  for (let from = 0; from < words.length; from += size) {
    for (let vertex = 0; vertex < VERTICES_PER_CIRCLE; ++vertex) {
      for (let i = 0; i < size; ++i) result[to++] = words[from + i];
    }
  }
  return result;
}

/**
 * To be called once, before a viewer is made: from then on upstream draws the points of a `SpreadBuffer`, and others as before. Where there
 * is no graphics card, an instance costs as much as a whole call, three times what its six vertices do.
 */
export function registerSpreadPoints(): void {
  const handler = getAnnotationTypeRenderHandler(AnnotationType.POINT);
  // Upstream has one for both kinds of views.
  const Points = withSpread(
    handler.sliceViewRenderHelper as PointRenderHelperConstructor,
  );
  registerAnnotationTypeRenderHandler(AnnotationType.POINT, {
    ...handler,
    sliceViewRenderHelper: Points,
    perspectiveViewRenderHelper: Points,
  });
}

function withSpread(
  Upstream: PointRenderHelperConstructor,
): PointRenderHelperConstructor {
  class SpreadPoints extends Upstream {
    override getDependentShader(
      memoizeKey: string,
      defineShader: (builder: ShaderBuilder) => void,
    ): AnnotationShaderGetter {
      // Upstream would otherwise take its own shader for this one.
      return super.getDependentShader(`${memoizeKey}:spread`, defineShader);
    }

    override setPartIndex(builder: ShaderBuilder): string {
      // What upstream counts by instance.
      builder.addVertexCode(`
highp uint getPointIndex() { return uint(gl_VertexID / ${VERTICES_PER_CIRCLE}); }
#define getPickBaseOffset getPointIndex
`);
      return super.setPartIndex(builder);
    }

    override draw(context: AnnotationRenderContext): void {
      const { gl, vertexIdHelper } = this;
      const vertices = context.count * VERTICES_PER_CIRCLE;
      this.enable(this.shaderGetter3d, context, (shader) => {
        initializeCircleShader(
          shader,
          context.renderContext.projectionParameters,
          { featherWidthInPixels: 1 },
        );
        // Its zeros are made anew whenever there are too few of them.
        vertexIdHelper.enable(2 ** Math.ceil(Math.log2(vertices)));
        const { VertexPosition, properties } = shader.vertexShaderInputBinders;
        VertexPosition.enable(0);
        properties.enable(0);
        gl.drawArrays(gl.TRIANGLES, 0, vertices);
      });
    }
  }

  return class Points extends Upstream {
    private readonly spread: SpreadPoints;

    constructor(...options: Options) {
      super(...options);
      this.spread = this.registerDisposer(new SpreadPoints(...options));
    }

    override draw(context: AnnotationRenderContext): void {
      if (!(context.buffer instanceof SpreadBuffer)) {
        super.draw(context);
        return;
      }
      // Upstream sets them when it has made a helper.
      const { pickIdsPerInstance, targetIsSliceView } = this;
      Object.assign(this.spread, { pickIdsPerInstance, targetIsSliceView });
      this.spread.draw(context);
    }

    override computeHistograms(
      context: AnnotationRenderContext,
      frameNumber: number,
    ): void {
      const { buffer, count } = context;
      super.computeHistograms(
        buffer instanceof SpreadBuffer
          ? { ...context, count: count * VERTICES_PER_CIRCLE }
          : context,
        frameNumber,
      );
    }
  };
}
